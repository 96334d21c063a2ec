# SPDX-License-Identifier: ISC
#
# Which Debian packages what needs, and how they get onto the machine. Shared
# by contrib/check and contrib/demo; knows Debian 12 and 13.

# packages_for SET: one requirement a line, as PACKAGE or PACKAGE:COMMAND.
# The second form is met by the command, wherever it came from.
packages_for()
{
	case $1 in
	build)
		printf '%s\n' gcc:gcc make:make autoconf:autoconf \
		    automake:automake libtool pkg-config:pkg-config \
		    libc6-dev libssl-dev libcurl4-openssl-dev libjansson-dev \
		    libjwt-dev libmicrohttpd-dev libgnutls28-dev \
		    libxml2-dev libsqlite3-dev \
		    ca-certificates
		;;
	demo)
		printf '%s\n' python3:python3 openssl:openssl curl:curl
		;;
	test)
		# makers of key files and verifiers other than ourselves
		printf '%s\n' libcmocka-dev openssl:openssl binutils:readelf \
		    python3 python3-jwt python3-yaml python3-cryptography \
		    gnutls-bin:certtool libnss3-tools:pk12util \
		    default-jre-headless:keytool mandoc:mandoc \
		    util-linux:setpriv bsdextrautils:col xz-utils:xz \
		    procps:ps curl:curl git:git xmlsec1:xmlsec1 \
		    libxml2-utils:xmllint sqlite3:sqlite3 \
		    nginx:nginx zsh:zsh fish:fish
		;;
	full)
		printf '%s\n' g++:g++ clang:clang libclang-rt-dev \
		    debootstrap:debootstrap nodejs:node npm:npm \
		    chromium:chromium gdb:gdb
		;;
	esac
}

# missing_packages SET ...: those of the sets that are not there.
missing_packages()
{
	local set package command
	for set in "$@"; do
		packages_for "$set"
	done | while IFS=: read -r package command; do
		if [ -n "$command" ]; then
			command -v "$command" >/dev/null && continue
		else
			dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
			    grep -q 'ok installed' && continue
		fi
		printf '%s\n' "$package"
	done | LC_ALL=C sort -u
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

may_become_root()
{
	[ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null &&
	    { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

# install_packages SET ...: install what is missing, or say what is.
install_packages()
{
	local missing unknown package
	if ! command -v dpkg-query >/dev/null; then
		echo "This is not Debian: see configure for what is needed." >&2
		return 0
	fi
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	if ! may_become_root; then
		printf '%s\n' "These packages are missing:" >&2
		printf '    %s\n' $missing >&2
		printf '%s\n' "Install them as root:" \
		    "    apt-get install --no-install-recommends" \
		    "        $(echo $missing)" >&2
		return 1
	fi
	echo "installing: $(echo $missing)"
	as_root apt-get -qq -o Acquire::Retries=3 update || return
	# One name that this release does not have would end the whole call.
	unknown=
	for package in $missing; do
		apt-cache show "$package" >/dev/null 2>&1 ||
		    unknown="$unknown $package"
	done
	if [ -n "$unknown" ]; then
		echo "this release has no:$unknown" >&2
		missing=$(printf '%s\n' $missing |
		    grep -vxF "$(printf '%s\n' $unknown)")
	fi
	[ -n "$missing" ] || return 0
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
	    -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 install -y \
	    --no-install-recommends $missing
}

# The Debian mirror that this host is set up to use.
debian_mirror()
{
	local mirror
	mirror=$(apt-get indextargets --format '$(REPO_URI)' \
	    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' \
	    'Component: main' 2>/dev/null | head -n 1)
	if [ -z "$mirror" ]; then
		mirror=$(sed -n -e 's/^URIs:[[:space:]]*\([^ ]*\).*/\1/p' \
		    -e 's/^deb[^h]* \(https\{0,1\}:[^ ]*\) .*/\1/p' \
		    /etc/apt/sources.list /etc/apt/sources.list.d/* \
		    2>/dev/null | grep debian | head -n 1)
	fi
	printf '%s\n' "${mirror%/}"
}
