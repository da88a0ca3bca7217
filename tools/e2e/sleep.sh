# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests that suspend the devices under a load, which runs from memory.
# Source it after ktap.sh and ram.sh.

sleep_and_wake() {
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo devices >/sys/power/pm_test
	mark
	echo freeze >/sys/power/state
	since_mark | grep 'Waiting for 1 second'
}
