# SPDX-License-Identifier: ISC
#
# What bash, zsh and fish complete the command line of segl by: it is where
# Debian's shells look for it, and real shells say what it completes.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

data=$SEGL_DESTDIR$(dirname "$SEGL_PKGDATADIR")

# ---- bash --------------------------------------------------------------------

# bash_words WORD ...: what is offered for the last one.
bash_words()
{
	bash --norc --noprofile -c '
		. "$1"
		shift
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_segl
		printf "%s\n" "${COMPREPLY[@]}"' \
	    bash "$data/bash-completion/completions/segl" "$@" 2>&1 |
	    sort | tr '\n' ' '
}
if command -v bash >/dev/null; then
	cd "$scratch" || exit
	touch seal.p12
	like "bash: all commands" "$(bash_words segl '')" '^bundle call check '
	is "bash: a command" "$(bash_words segl tok)" "token "
	is "bash: its options" "$(bash_words segl token --comp)" \
	    "--complete-path "
	is "bash: not those of others" "$(bash_words segl decode --comp)" " "
	is "bash: a choice" "$(bash_words segl token --as '')" \
	    "enterprise eseal registered "
	is "bash: a choice behind =" "$(bash_words segl token --as = e)" \
	    "enterprise eseal "
	is "bash: a file" "$(bash_words segl token --softtoken se)" "seal.p12 "
	is "bash: the same by its letter" "$(bash_words segl token -k se)" \
	    "seal.p12 "
	is "bash: what is neither" "$(bash_words segl token --kid se)" " "
	is "bash: a verb" "$(bash_words segl trust up)" "update "
	is "bash: a file to check" "$(bash_words segl check se)" "seal.p12 "
	is "bash: the option before the command" \
	    "$(bash_words segl --json che)" "check "
else
	skip "bash" "it is not installed"
fi

# Every option of the help is offered.
bash_words segl token -- | tr ' ' '\n' | grep '^--' | sort >"$scratch/offered"
segl help token | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' | sort \
    >"$scratch/helped"
if command -v bash >/dev/null; then
	is "every option of segl help token is offered" \
	    "$(comm -13 "$scratch/offered" "$scratch/helped" | tr '\n' ' ')" ""
	ok "and there are some" test "$(wc -l <"$scratch/helped")" -gt 20
fi

# ---- fish --------------------------------------------------------------------

# fish_words LINE: what is offered at its end.
fish_words()
{
	HOME=$HOME fish --no-config -c '
		source $argv[1]
		complete -C $argv[2]' \
	    "$data/fish/vendor_completions.d/segl.fish" "$1" 2>&1 |
	    cut -f 1 | sort | tr '\n' ' '
}
if command -v fish >/dev/null; then
	like "fish: all commands" "$(fish_words 'segl ')" '^bundle call check '
	is "fish: an option" "$(fish_words 'segl token --comp')" \
	    "--complete-path "
	is "fish: a choice" "$(fish_words 'segl token --as e')" \
	    "enterprise eseal "
	is "fish: a file" "$(fish_words 'segl token --softtoken se')" \
	    "seal.p12 "
	is "fish: a verb" "$(fish_words 'segl trust up')" "update "
else
	skip "fish" "it is not installed"
fi

# ---- zsh ---------------------------------------------------------------------

# zsh_says WORD ...: what _segl hands to zsh's own functions.
zsh_says()
{
	zsh -f -c '
		_describe() { print -rl -- "${(P@)2}" }
		_arguments() { print -rl -- "$@" }
		file=$1
		shift
		words=("$@")
		CURRENT=$#
		eval "$(cat $file)"' zsh "$data/zsh/vendor-completions/_segl" \
	    "$@" 2>&1
}
if command -v zsh >/dev/null; then
	like "zsh: all commands, with their help" "$(zsh_says segl '')" \
	    '^token:get an access token'
	says=$(zsh_says segl token --)
	like "zsh: an option with its choices" "$says" \
	    '^--as=\[.*:ROUTE:\(eseal enterprise registered\)$'
	like "zsh: a file" "$says" '^\*--cert=\[.*:FILE:_files$'
	like "zsh: by letter" "$says" '^-k\[.*:FILE:_files$'
	like "zsh: what ends a quote does not" "$says" "eSeal's grant"
	unlike "zsh: not those of others" "$(zsh_says segl version --)" '\-\-as'
	like "zsh: a verb" "$(zsh_says segl trust up)" \
	    '^1:what:\(update import check list show status why\)$'
else
	skip "zsh" "it is not installed"
fi

done_testing
