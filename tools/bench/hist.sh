# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Histograms of the kernel's trace events, for scripts that measure the time between
# two events. They need CONFIG_HIST_TRIGGERS and CONFIG_SYNTH_EVENTS, which are set
# in distributions' kernels.

tracing=/sys/kernel/tracing
synth=$tracing/events/synthetic

die() { echo "${0##*/}: $*" >&2; exit 1; }

prepare() {
	[ -e $tracing/synthetic_events ] || mount -t tracefs tracefs $tracing || true
	[ -e $tracing/synthetic_events ] ||
		die "no synthetic trace events here (not root, or the kernel lacks them)"
}

# watch NAME KEY [IF]: counts the field ns of a synthetic event in steps of 1 us. It
# keeps the longest time for each value of KEY.
watch() {
	echo "hist:keys=ns.buckets=1000:size=32768${3:+ $3}" >"$synth/$1/trigger"
	# shellcheck disable=SC2016 # the dollar is the kernel's
	echo "hist:keys=$2:"'most=ns:onmax($most).save(common_pid)'"${3:+ $3}" >>"$synth/$1/trigger"
}

# drop EVENT: removes its triggers, the newest first.
drop() {
	local t
	[ -e "$1/trigger" ] || return 0
	tac "$1/trigger" | while read -r t; do
		case $t in
		hist:*)	echo "!${t% \[*}" >"$1/trigger" ;;
		esac
	done
}

# define NAME FIELD...: adds a synthetic event.
# forget NAME: removes it with its triggers.
define() { echo "$*" >>$tracing/synthetic_events; }

forget() {
	[ -d "$synth/$1" ] || return 0
	drop "$synth/$1"
	echo "!$1" >>$tracing/synthetic_events
}

# histogram NAME: prints lines "US COUNT".
histogram() {
	[ -e "$synth/$1/hist" ] || die "not started"
	sed -n 's/^{ ns: ~ *\([0-9]*\)000-[0-9]* *} hitcount: *\([0-9]*\).*/\1 \2/p; s/^{ ns: ~ *0-999 *} hitcount: *\([0-9]*\).*/0 \1/p' \
		"$synth/$1/hist" | sort -n
}

longest() {
	sed -n 's/^[[:space:]]*max: *\([0-9]*\).*/\1/p' "$synth/$1/hist" |
		sort -n | tail -n 1
}

# summary NAME: prints "COUNT P50 P99 P99.9 MAX", or "0 - - - -". Percentiles are rounded
# up to microseconds; the maximum is exact. Fails if the kernel dropped events, because a
# histogram was full, or has no maximum.
summary() {
	[ -e "$synth/$1/hist" ] || die "not started"
	! grep -q '^[[:space:]]*Dropped: *[1-9]' "$synth/$1/hist" ||
		die "$1: the kernel dropped events"
	histogram "$1" | awk -v max="$(longest "$1")" '
		{ us[NR] = $1 + 1; count[NR] = $2; n += $2 }
		function percentile(p,   i, seen) {
			for (i = 1; i <= NR; i++) {
				seen += count[i]
				if (seen >= n * p)
					return us[i]
			}
		}
		END {
			if (!n) {
				print "0 - - - -"
				exit
			}
			if (max == "") {
				print "no maximum of " n " events" >"/dev/stderr"
				exit 1
			}
			printf "%d %d %d %d %.1f\n", n, percentile(0.5),
				percentile(0.99), percentile(0.999), max / 1000
		}'
}
