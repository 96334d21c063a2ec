# SPDX-License-Identifier: ISC
"""Compare what segl says of the corpus with what its manifest says.

compare.py PROGRAM CORPUS FOLDER: prints TAP, a test for each certificate.
PROGRAM is tests/suitability/corpus, FOLDER has reasons.tsv, decided.tsv and
norway.tsv.
"""
import csv
import fnmatch
import os
import re
import subprocess
import sys
import tempfile

program, corpus, folder = sys.argv[1:4]
SERVICE = 'trust_service_at_2026-08-21'
VERDICT = 'verdict_at_2026-08-21'
tests = 0


def tell(good, name, *lines):
    global tests
    tests += 1
    print('%s %d - %s' % ('ok' if good else 'not ok', tests, name))
    if not good:
        for line in lines:
            print('# ' + line)


def table(name, columns):
    with open(os.path.join(folder, name), encoding='utf-8') as lines:
        rows = [line.rstrip('\n').split('\t') for line in lines
                if line.strip() and not line.startswith('#')]
    for row in rows:
        if len(row) != columns:
            sys.exit('%s: %s' % (name, row))
    return rows


def manifest():
    with open(os.path.join(corpus, 'MANIFEST.tsv'), encoding='utf-8') as f:
        rows = list(csv.DictReader(f, delimiter='\t',
                                   quoting=csv.QUOTE_NONE))
    return [r for r in rows if r['file'].startswith('certs/') and
            not r['file'].startswith(('certs/ca/', 'certs/ca-norway/')) and
            os.path.exists(os.path.join(corpus, r['file']))]


def judge(route, rows, *chain):
    """What PROGRAM says: file -> verdict, amr, sets of ids, path."""
    with tempfile.NamedTemporaryFile('w', suffix='.tsv') as lines:
        for file, services in rows:
            lines.write('%s\t%s\n' % (file, services))
        lines.flush()
        out = subprocess.run(
            [program, corpus, route, lines.name] + list(chain), check=True,
            capture_output=True, text=True).stdout
    said = {}
    for line in out.splitlines():
        part = line.split('\t')
        if len(part) != 7:
            said[part[0]] = None
            continue
        ids = [set(p.split('=', 1)[1].split(',')) - {''} for p in part[3:6]]
        said[part[0]] = {'verdict': part[1], 'amr': part[2], 'broken': ids[0],
                         'undecided': ids[1], 'should': ids[2],
                         'path': part[6].split('=', 1)[1]}
    return said


def matches(row, path, which):
    for one in which.split(' & '):
        column, pattern = one.split('=', 1)
        value = path if column == 'path' else row[column]
        turned = pattern.startswith('!')
        pattern = re.sub(r'([\[?])', r'[\1]', pattern.lstrip('!'))
        if fnmatch.fnmatchcase(value, pattern) == turned:
            return False
    return True


def reasons_of(row, reasons):
    """Sets of rules, of each of which one must be broken."""
    head = row[VERDICT].split('; warn:')[0]
    wanted = []
    # what stands in parentheses behind KU-no-signing has commas
    head = re.sub(r'KU-no-signing\([^)]*\)', 'KU-no-signing', head)
    for word in re.split('[,;]', head.partition(';')[2]):
        word = word.strip()
        if word and reasons[word] != '-':
            wanted.append(frozenset(reasons[word].split('|')))
    return set(wanted)


def expected(row, path, reasons, decided, used):
    broken = reasons_of(row, reasons)
    undecided, free = set(), set()
    for i, (which, change, _) in enumerate(decided):
        if not matches(row, path, which):
            continue
        for one in change.split():
            sign, rule = one[0], one[1:]
            if sign == '+':
                if frozenset([rule]) not in broken:
                    used.add(i)
                    broken.add(frozenset([rule]))
            elif sign == '-':
                if any(rule in b for b in broken):
                    used.add(i)
                broken = {b for b in broken if rule not in b}
            elif sign == '?':
                used.add(i)
                undecided.add(rule)
            elif sign == '~':
                if rule in undecided:
                    used.add(i)
                undecided.discard(rule)
            elif sign == '*':
                free.add(rule)
    return broken, undecided, free


def differences(said, broken, undecided, free):
    more = {b for b in said['broken']
            if not any(b in w for w in broken)} - free
    less = {'|'.join(sorted(w)) for w in broken
            if not w & said['broken']} - free
    open_more = said['undecided'] - undecided - free
    open_less = undecided - said['undecided'] - free
    return [text for text in (
        more and 'broken for us alone: ' + ' '.join(sorted(more)),
        less and 'broken for the manifest alone: ' + ' '.join(sorted(less)),
        open_more and 'not decided: ' + ' '.join(sorted(open_more)),
        open_less and 'decided, but should not be: ' +
        ' '.join(sorted(open_less))) if text]


def verdict_of(broken, undecided):
    return 'unsuitable' if broken else \
        'undecided' if undecided else 'suitable'


def compare_seals():
    reasons = dict(table('reasons.tsv', 2))
    decided = table('decided.tsv', 3)
    rows = manifest()
    services = {}
    for row in rows:
        services[row['file']] = row[SERVICE]
        for which, change, _ in decided:
            if change.startswith('@') and matches(row, '', which):
                services[row['file']] = change.split()[0][1:]
    said = judge('eseal', services.items(), os.path.join(corpus, 'certs/ca'))
    used = set()
    for row in rows:
        file = row['file']
        ours = said.get(file)
        if ours is None:
            tell(False, file, 'it could not be read')
            continue
        want = expected(row, ours['path'], reasons, decided, used)
        wrong = differences(ours, *want)
        if verdict_of(ours['broken'], ours['undecided']) != ours['verdict']:
            wrong.append('the verdict is ' + ours['verdict'])
        kind = re.match(r'SUITABLE[A-Z-]*\((.)', row[VERDICT])
        if kind and 'qc-type' not in want[1] and 'amr' not in want[2] and \
                not ours['amr'].startswith(kind.group(1)):
            wrong.append('client_amr ' + ours['amr'])
        tell(not wrong, file, *wrong)
    for i, (which, change, _) in enumerate(decided):
        # of a smaller corpus some decisions have no certificate
        there = any(matches(r, said[r['file']]['path'], which) for r in rows
                    if said.get(r['file']))
        tell(i in used or not there,
             'decided: %s %s' % (which, change), 'nothing needs it')


def compare_norway():
    rows = {r[0]: r[1:] for r in table('norway.tsv', 4)}
    files = {}
    for row in manifest():
        name = row['file'][-12:-4]
        if name in rows:
            files[row['file']] = rows[name]
        elif row['file'].startswith('certs/norway/'):
            tell(False, row['file'], 'norway.tsv has no row for it')
    said = judge('enterprise', [(f, '-') for f in files],
                 os.path.join(corpus, 'certs/ca-norway'),
                 os.path.join(corpus, 'certs/ca'))
    for file, (broken, should, _) in files.items():
        ours = said[file]
        want = set(broken.split()) - {'-'}
        hint = set(should.split()) - {'-'}
        got_hint = ours['should'] & {'enterprise-purpose', 'key-usage',
                                     'key-size'}
        tell(ours['broken'] == want and got_hint == hint,
             file + ' as an enterprise',
             'broken: ' + ' '.join(sorted(ours['broken'])),
             'remarks: ' + ' '.join(sorted(got_hint)))


compare_seals()
compare_norway()
print('1..%d' % tests)
