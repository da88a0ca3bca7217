# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests of the sample miniports. Source it after ktap.sh and sim.sh.

# SP_NR_RULES
nr_rules=11

# The verifier of each HBA has a count of each rule, and all are zero. The counts are lost
# with the HBA, so tools/vm-scan looks for the report of a broken rule in the kernel's log.
# A routine that takes long breaks no rule of the miniport here: the host may be busy.
no_rule_is_broken() {
	local files=(/sys/kernel/debug/pioscsi_scsiport/*/verifier) file
	[ -e "${files[0]}" ] || files=()
	same ${#files[@]} "$({ hosts_of pioscsi_atapio; hosts_of pioscsi_atadma; } | wc -l)" \
		"HBAs with a verifier"
	for file in ${files[@]+"${files[@]}"}; do
		same "$(grep -c '^broken ' "$file")" $nr_rules "rules in $file"
		same "$(awk '$1 == "broken" && !/took longer/ && $2 > 0' "$file")" "" \
			"broken rules"
	done
}
