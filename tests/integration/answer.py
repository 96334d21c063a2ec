# SPDX-License-Identifier: ISC
"""What the scripts ask of JSON, answered one question after the other.

answer.py DIRECTORY -- a question comes over a FIFO of DIRECTORY, its parts each
ended by a NUL; the answer goes over another: a line with an exit code, then the
text. The parts are

    json FILE EXPRESSION      the document in FILE is d
    journal FILE EXPRESSION   FILE has an object a line: r, and the posts are p
    run CODE                  the text is what CODE prints; what it defines
                              stays for the next
    call FUNCTION TEXT...     the text is what FUNCTION of these returns

It is one process a script: to start Python for each question takes longer than
most of what the tests run.
"""

import contextlib
import io
import json
import os
import sys

NAMES = {"json": json, "sys": sys}
sys.dont_write_bytecode = True  # the sources may well be read-only


def value(expression, **names):
    found = eval(expression, dict(NAMES, **names))
    return found if isinstance(found, str) else json.dumps(found)


def of_json(file, expression):
    with open(file, encoding="utf-8") as lines:
        return value(expression, d=json.load(lines)) + "\n"


def of_journal(file, expression):
    with open(file, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    posts = [row for row in rows if row.get("method") == "POST"]
    return value(expression, r=rows, p=posts) + "\n"


def of_run(code):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, NAMES)
    return said.getvalue()


def of_call(function, *texts):
    return str(eval(function, NAMES)(*texts)) + "\n"


KINDS = {"json": of_json, "journal": of_journal, "run": of_run,
         "call": of_call}


def answer(parts):
    try:
        return 0, KINDS[parts[0]](*parts[1:])
    except (Exception, SystemExit) as error:
        return 1, "%s: %r\n" % (parts[-1], error)


def main():
    os.chdir(sys.argv[1])
    with open("python.pid", "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    while True:
        with open("python.question", encoding="utf-8",
                  errors="surrogateescape") as asked:
            parts = asked.read().split("\0")[:-1]
        code, text = answer(parts)
        with open("python.answer", "w", encoding="utf-8", newline="",
                  errors="surrogateescape") as to:
            to.write("%d\n%s" % (code, text))


main()
