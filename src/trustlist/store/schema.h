/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_SCHEMA_H
#define TRUSTLIST_STORE_SCHEMA_H

/*
 * An answer touches identities once for each CA of the path, and services
 * once for each entry found; what is kept for people only stands in the same
 * row, but the history, which is large, only where it can matter. Of the CA
 * certificates those are kept that a seal's path may lack: some 500 of 1,600.
 */
#define SCHEMA                                                                 \
	"CREATE TABLE lists("                                                  \
	"territory TEXT NOT NULL PRIMARY KEY,"                                 \
	"authenticated INTEGER NOT NULL,"                                      \
	"reason TEXT,"                                                         \
	"sequence INTEGER NOT NULL,"                                           \
	"issued INTEGER NOT NULL,"                                             \
	"next_update INTEGER NOT NULL," /* -1 none */                          \
	"signer TEXT,"                                                         \
	"signer_sha256 BLOB,"                                                  \
	"url TEXT,"                                                            \
	"fetched INTEGER NOT NULL,"                                            \
	"sha256 BLOB NOT NULL,"                                                \
	"tls_unverified INTEGER NOT NULL,"                                     \
	"services INTEGER NOT NULL,"                                           \
	"unread INTEGER NOT NULL" /* services without a state, beside those */ \
	") WITHOUT ROWID;"                                                     \
	"CREATE TABLE services("                                               \
	"id INTEGER PRIMARY KEY,"                                              \
	"territory TEXT NOT NULL,"                                             \
	"provider TEXT,"                                                       \
	"name TEXT,"                                                           \
	"type TEXT NOT NULL," /* the last parts of its URI; '' unread */       \
	"status TEXT NOT NULL,"                                                \
	"since INTEGER NOT NULL,"                                              \
	"uses INTEGER NOT NULL,"                                               \
	"states INTEGER NOT NULL,"                                             \
	"history BLOB" /* transfer form; of CAs alone */                       \
	");"                                                                   \
	"CREATE TABLE identities("                                             \
	"key BLOB NOT NULL," /* digest_authority() */                          \
	"service INTEGER NOT NULL,"                                            \
	"PRIMARY KEY(key, service)"                                            \
	") WITHOUT ROWID;"                                                     \
	"CREATE TABLE certificates("                                           \
	"name BLOB NOT NULL," /* digest_name() of the subject */               \
	"sha256 BLOB NOT NULL UNIQUE,"                                         \
	"der BLOB NOT NULL"                                                    \
	");"                                                                   \
	"CREATE INDEX by_name ON certificates(name);"

/* Part of URI behind "/Svctype/": "CA/QC"; all of it where that is missing. */
const char *schema_type(const char *uri);
/* Last part of URI; "" for NULL. */
const char *schema_status(const char *uri);

/* Non-zero for a type, as above, of a CA whose certificates matter. */
int schema_is_ca(const char *type);

#endif
