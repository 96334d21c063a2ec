# SPDX-License-Identifier: ISC
"""Compare what real lists say of the corpus with what its manifest says.

listed.py PROGRAM CORPUS TABLE STORE: prints TAP. PROGRAM is
tests/suitability/listed, TABLE listed.tsv, STORE a directory to be made.
"""
import csv
import os
import subprocess
import sys

program, corpus, table, store = sys.argv[1:5]
SERVICE = 'trust_service_at_2026-08-21'
tests = 0


def tell(good, name, *lines):
    global tests
    tests += 1
    print('%s %d - %s' % ('ok' if good else 'not ok', tests, name))
    if not good:
        for line in lines:
            print('# ' + line)


with open(table, encoding='utf-8') as lines:
    decided = {line.split('\t')[0]: 0 for line in lines
               if line.strip() and not line.startswith('#')}
with open(os.path.join(corpus, 'MANIFEST.tsv'), encoding='utf-8') as f:
    certs = [r for r in csv.DictReader(f, delimiter='\t',
                                       quoting=csv.QUOTE_NONE)
             if r['file'].startswith('certs/') and
             os.path.exists(os.path.join(corpus, r['file']))]
issuers = [r for r in certs if r['file'].startswith('certs/ca/')]
rows = [r for r in certs
        if not r['file'].startswith(('certs/ca/', 'certs/ca-norway/'))]
# all that are listed, and some that are not: completing a path takes longest
rows = [r for i, r in enumerate(rows) if r[SERVICE] != '-' or i % 10 == 0 or
        r['file'][-12:-4] in decided]
files = [os.path.join(corpus, r['file']) for r in rows]


def chain(number, row):
    """The directory to complete the path from. Every tenth has all there is,
    as has what nobody issued, the others the names that lead upwards: to read
    them all again for each would be most of the work."""
    found, names = set(), {row['issuer']}
    while more := {r['file'] for r in issuers
                   if r['subject'] in names} - found:
        found |= more
        names = {r['issuer'] for r in issuers if r['file'] in found}
    if number % 10 == 0 or not found:
        return os.path.join(corpus, 'certs/ca')
    directory = '%s-%d' % (store, number)
    os.mkdir(directory)
    for name in found:
        os.symlink(os.path.join(corpus, name),
                   os.path.join(directory, os.path.basename(name)))
    return directory


arguments = [a for i, r in enumerate(rows) for a in (chain(i, r), files[i])]
out = subprocess.run(
    [program, store, os.path.join(corpus, 'tl/2026-08-21')] + arguments,
    check=True, capture_output=True, text=True).stdout
said = {line.split('\t')[0]: line.split('\t')[1:]
        for line in out.splitlines()}
for row, file in zip(rows, files):
    entries, words = said[file]
    if entries == 'unreadable':
        continue
    want = {e.rsplit('/', 1)[0] for e in row[SERVICE].split(';')} - {'-'}
    got = set(entries.split(';')) - {'-'}
    if row['qualification'] == 'not on EUTL':
        row['qualification'] = 'N/A'
    wrong = []
    if want != got:
        wrong.append('entries: %s' % ' '.join(sorted(got)))
    if row['qualification'] not in ('', '-', words):
        wrong.append('words: %s, not %s' % (words, row['qualification']))
    known = [d for d in decided if row['file'][:-4].endswith(d) or
             row[SERVICE].startswith(d)]
    if wrong and known:
        decided[known[0]] += 1
        wrong = []
    tell(not wrong, row['file'], *wrong)
tell(len(said) > 100, 'there are certificates to look up')
for which, n in decided.items():
    tell(n > 0, 'decided: ' + which, 'nothing needs it')
print('1..%d' % tests)
