# SPDX-License-Identifier: GPL-2.0-only

ifneq ($(word 2,$(CURDIR))$(findstring :,$(CURDIR)),)
$(error the path $(CURDIR) must have no blank and no colon)
endif

KDIR ?= /lib/modules/$(shell uname -r)/build

.PHONY: modules modules_install clean check check-debug check-reach kunit demo \
	bench bench-quick soak coverage docs deb copy-to help have-kdir

# Only a recipe in which $(MAKE) itself stands passes the job server of make -j on.
modules modules_install clean: have-kdir
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

check:
	tools/check $(STAGES)

check-debug:
	tools/check --debug

check-reach:
	tools/check --reach $(STAGES)

kunit:
	tools/kunit.sh $(SUITES)

demo:
	tools/demo

bench:
	tools/bench/run $(SCENARIOS)

bench-quick:
	tools/bench/run --quick $(SCENARIOS)

soak:
	tools/soak $(or $(MINUTES),60) $(SEED)

coverage:
	tools/coverage $(SUITES)

docs:
	tools/docs

deb:
	tools/deb $(OUT)

copy-to:
	tools/copy-to $(TREE)

help:
	@echo 'make                   build the modules for the running kernel'
	@echo 'make KDIR=DIRECTORY    build them for the kernel whose headers are there'
	@echo 'make modules_install   install them (as root)'
	@echo 'make clean             remove what make built'
	@echo 'make demo              show the driver at work, in a virtual machine'
	@echo 'make check             the tests for each change; STAGES="..." for some of them'
	@echo 'make check-debug       the end-to-end tests on kernels that watch the driver'
	@echo 'make check-reach       tests on other kernels, architectures, emulators,'
	@echo '                       in a kernel tree, and of the Debian packages'
	@echo 'make bench             measure, and draw; SCENARIOS="..." for some'
	@echo 'make bench-quick       a part of that, in a few minutes'
	@echo 'make soak              disturb verified loads; MINUTES=60, SEED= to repeat a run'
	@echo 'make coverage          unit tests, and the lines that they execute, as HTML'
	@echo 'make docs              build the documents to HTML'
	@echo 'make kunit             unit tests in a UML kernel; SUITES=GLOB for some'
	@echo 'make deb               Debian packages, in OUT (default: ..)'
	@echo 'make copy-to TREE=DIR  copy the driver and its tests into a kernel tree'

have-kdir:
	@test -e $(KDIR)/Makefile || { \
		echo "no kernel headers in $(KDIR); install them or give KDIR=" >&2; \
		exit 1; }
