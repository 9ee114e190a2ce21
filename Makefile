# crmdb -- build, test and inspect.  `make help` lists every target; there is no configure step.
#
#   BUILD=debug|release|asan|tsan|mutants   each has its own objects under build/<BUILD>
#   V=1                                     show whole command lines
#   SEED=n                                  seed of randomised tests (printed first when not given)
#
# A machine needs only git and make before the first target: missing packages are installed (Debian
# and Ubuntu) or named (elsewhere) by tests/tools/packages.sh before the first file is compiled.

BUILD ?= debug
BUILD_ROOT ?= build
ifneq ($(filter-out debug release asan tsan mutants,$(BUILD))$(words $(BUILD)),1)
$(error BUILD=$(BUILD) is not debug, release, asan, tsan or mutants)
endif
OUT := $(BUILD_ROOT)/$(BUILD)
Q := $(if $(V),,@)
VERSION := 0.1.0
PREFIX ?= /usr/local

CFLAGS_debug   := -O0 -g3
CFLAGS_release := -O2 -g
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -g -fsanitize=thread
CFLAGS_mutants := -O1 -g -DCRMDB_MUTANTS
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
DEFINES := -D_GNU_SOURCE -DCRMDB_VERSION='"$(VERSION)"'
STANDARD := -std=c11 $(DEFINES) -I. -Iclient $(WARNINGS)
COMPILE_FLAGS = $(STANDARD) -MMD -MP $(CFLAGS_$(BUILD)) $(CFLAGS)
LINK_FLAGS = $(CFLAGS_$(BUILD)) $(LDFLAGS)

.DEFAULT_GOAL := all

# --- libraries: the folder is the module, the link line is the architecture ---

objects = $(patsubst %.c,$(OUT)/%.o,$(foreach folder,$(1),$(wildcard $(folder)/*.c)))

PROTOCOL_FOLDERS := protocol protocol/common protocol/query
PROTOCOL := $(OUT)/protocol.a
BASE     := $(OUT)/server/base.a
ENGINE   := $(OUT)/server/engine.a
STORE    := $(OUT)/server/store.a
NET      := $(OUT)/server/net.a
APP      := $(OUT)/server/app.a
CLIENT   := $(OUT)/client.a
LIBRARY  := $(OUT)/libcrmdb.a
CLI      := $(OUT)/client/cli.a
BENCH    := $(OUT)/bench.a
BENCH_ENGINE := $(OUT)/bench/engine.a

$(PROTOCOL): $(call objects,$(PROTOCOL_FOLDERS))
$(BASE): $(call objects,server/base)
$(ENGINE): $(call objects,server/engine server/engine/index server/engine/query \
    server/engine/rules)
$(STORE): $(call objects,server/store)
$(NET): $(call objects,server/net)
$(APP): $(call objects,server/app)
$(CLIENT): $(filter-out %/example.o,$(call objects,client)) $(call objects,$(PROTOCOL_FOLDERS))
$(CLI): $(call objects,client/cli)
$(BENCH): $(call objects,bench)
$(BENCH_ENGINE): $(call objects,bench/engine)

SERVER_LIBS := $(APP) $(NET) $(STORE) $(ENGINE) $(BASE) $(PROTOCOL)
SERVER_PACKAGES := libuv lmdb libsodium

# What is shipped: the client as one object that shows crm_* only, so that its other names cannot clash
# with those of an application.  Our own programs and tests use the inside, client.a.
$(LIBRARY): $(OUT)/libcrmdb.o
$(OUT)/libcrmdb.o: $(CLIENT)
	$(Q)$(LD) -r --whole-archive $< -o $(@:.o=.all.o)
	$(Q)objcopy --wildcard --keep-global-symbol='crm_*' $(@:.o=.all.o) $@

# --- programs; main comes out of their own library, but for the server and the example ---

PROGRAMS := $(OUT)/crmdb-server $(OUT)/crmdb-cli $(OUT)/crmdb-bench \
    $(OUT)/crmdb-bench-engine $(OUT)/example

all: $(PROGRAMS) $(LIBRARY) ## Build the server, the client library, the command line and the benchmark

$(OUT)/crmdb-server: $(OUT)/server/main.o $(SERVER_LIBS)
	$(LINK) $(call libs,$(SERVER_PACKAGES)) -lpthread
$(OUT)/crmdb-cli: $(CLI) $(CLIENT)
	$(LINK) $(call libs,json-c libutf8proc libsodium) -lcsv -lpthread
$(OUT)/crmdb-bench: $(BENCH) $(CLIENT)
	$(LINK) $(call libs,json-c) -lpthread -lm
$(OUT)/crmdb-bench-engine: $(BENCH_ENGINE) $(BENCH) $(ENGINE) $(BASE) $(PROTOCOL)
	$(LINK) $(call libs,libsodium) -lm
$(OUT)/example: $(OUT)/client/example.o $(LIBRARY)
	$(LINK) -lpthread

libs = $(shell pkg-config --libs $(1))
LINK = @$(if $(V),,printf '  LD  %s\n' $@;) mkdir -p $(@D); $(CC) $(LINK_FLAGS) -o $@ $^

$(OUT)/%.o: %.c | $(BUILD_ROOT)/.packages
	@mkdir -p $(@D)
	@$(if $(V),,printf '  CC  %s\n' $<)
	$(Q)$(CC) $(COMPILE_FLAGS) -c $< -o $@

$(OUT)/%.pic.o: %.c | $(BUILD_ROOT)/.packages
	@mkdir -p $(@D)
	@$(if $(V),,printf '  CC  %s (pic)\n' $<)
	$(Q)$(CC) $(COMPILE_FLAGS) -fPIC -c $< -o $@

$(OUT)/%.a:
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# --- tests: what is run, when and with which build is in tests/list ---
#
#   tests/unit/**/NAME_test.c   a cmocka program
#   tests/support/*.c           linked into every test
#   tests/{sim,kill,integration,tools}/*.c
#                               a program for each file with a main; the others go into all of them
#   tests/integration/common/*.c
#                               linked into every program of kill and integration
#   tests/preload/NAME.c        NAME.so for LD_PRELOAD

mains = $(shell grep -ls '^int main' $(wildcard tests/$(1)/*.c) /dev/null)
programs = $(patsubst %.c,$(OUT)/%,$(call mains,$(1)))
parts = $(patsubst %.c,$(OUT)/%.o,$(filter-out $(call mains,$(1)),$(wildcard tests/$(1)/*.c)))

SUPPORT := $(OUT)/tests/support.a
$(SUPPORT): $(call objects,tests/support)
PROTOCOL_PIC := $(OUT)/protocol.pic.a
$(PROTOCOL_PIC): $(patsubst %.o,%.pic.o,$(call objects,$(PROTOCOL_FOLDERS)))
COMMON := $(OUT)/tests/integration/common.a
$(COMMON): $(call objects,tests/integration/common)
TEST_LIBS := $(COMMON) $(SUPPORT) $(SERVER_LIBS) $(CLIENT)

UNIT_TESTS := $(patsubst %.c,$(OUT)/%,$(shell find tests/unit -name '*_test.c' 2>/dev/null))
BENCH_TESTS := $(filter $(OUT)/tests/unit/bench/%,$(UNIT_TESTS)) # bench and cli share names
THREAD_TESTS := $(filter $(OUT)/tests/unit/store/% $(OUT)/tests/unit/net/%,$(UNIT_TESTS))
SIM_PROGRAMS := $(call programs,sim)
KILL_PROGRAMS := $(call programs,kill)
INTEGRATION_PROGRAMS := $(call programs,integration)
TOOL_PROGRAMS := $(call programs,tools)
PRELOADS := $(patsubst %.c,$(OUT)/%.so,$(wildcard tests/preload/*.c))

$(filter-out $(BENCH_TESTS),$(UNIT_TESTS)): $(OUT)/%: $(OUT)/%.o $(SUPPORT) $(SERVER_LIBS) $(CLI) \
    $(CLIENT)
	$(LINK) -lcmocka $(call libs,$(SERVER_PACKAGES) json-c libutf8proc) -lcsv -lpthread -lm
$(BENCH_TESTS): $(OUT)/%: $(OUT)/%.o $(SUPPORT) $(BENCH) $(CLIENT)
	$(LINK) -lcmocka $(call libs,json-c) -lpthread -lm
$(SIM_PROGRAMS): $(OUT)/%: $(OUT)/%.o $(call parts,sim) $(SUPPORT) $(SERVER_LIBS)
	$(LINK) $(call libs,$(SERVER_PACKAGES)) -lpthread -lm
$(KILL_PROGRAMS): $(OUT)/%: $(OUT)/%.o $(call parts,kill) $(TEST_LIBS)
	$(LINK) $(call libs,$(SERVER_PACKAGES)) -lpthread -lm
$(INTEGRATION_PROGRAMS): $(OUT)/%: $(OUT)/%.o $(call parts,integration) $(TEST_LIBS)
	$(LINK) $(call libs,$(SERVER_PACKAGES)) -lpthread -lm
$(TOOL_PROGRAMS): $(OUT)/%: $(OUT)/%.o $(call parts,tools) $(SUPPORT) $(CLIENT)
	$(LINK) -lpthread
$(PRELOADS): $(OUT)/%.so: $(OUT)/%.pic.o $(PROTOCOL_PIC)
	$(LINK) -shared -ldl -lpthread

unit-tests: $(UNIT_TESTS) ## Build the unit tests
thread-tests: $(THREAD_TESTS) ## Build the unit tests of what has threads, for BUILD=tsan
TEST_PROGRAMS := $(SIM_PROGRAMS) $(KILL_PROGRAMS) $(INTEGRATION_PROGRAMS) $(TOOL_PROGRAMS) $(PRELOADS)
test-programs: $(TEST_PROGRAMS) ## Build the other test programs

test: deps ## Install what is missing, build and run every test and gate: ends with `N passed, N failed`
	$(Q)BUILD_ROOT=$(BUILD_ROOT) bash tests/run.sh test
test-long: deps ## Run the long tests: 300 kills, longer simulation
	$(Q)BUILD_ROOT=$(BUILD_ROOT) bash tests/run.sh long
check: deps ## Run the gates only
	$(Q)BUILD_ROOT=$(BUILD_ROOT) bash tests/run.sh check

demo: deps-build ## Build and show crmdb at work, kill -9 included
	$(Q)$(MAKE) --no-print-directory -j2 BUILD=release all
	$(Q)bash tests/demo.sh $(BUILD_ROOT)/release

# --- generated text: committed, and compared with a fresh one by the gate `drift` ---

GENERATE := $(OUT)/tests/tools/generate

generate: $(GENERATE) ## Rewrite the tables of protocol/PROTOCOL.md and the golden vectors
	$(Q)bash tests/tools/generate.sh $(GENERATE) .

# --- packages ---

deps: ## Install the packages missing to build and to test
	$(Q)sh tests/tools/packages.sh build test
deps-build: ## Install the packages missing to build
	$(Q)sh tests/tools/packages.sh build
$(BUILD_ROOT)/.packages: tests/tools/packages.sh
	$(Q)sh tests/tools/packages.sh build
	@mkdir -p $(@D) && touch $@

# --- the rest ---

install: ## Install into $(DESTDIR)$(PREFIX)
	$(Q)$(MAKE) --no-print-directory BUILD=release all
	$(Q)PREFIX=$(PREFIX) VERSION=$(VERSION) sh tests/tools/install.sh $(BUILD_ROOT)/release "$(DESTDIR)"

print-%: # the value of a variable, for scripts
	@printf '%s\n' '$(subst ','\'',$($*))'

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo '  with BUILD=debug|release|asan|tsan|mutants, V=1 (whole command lines), SEED=n (of tests)'

clean: ## Remove build/
	$(Q)rm -rf $(BUILD_ROOT)

# Folders, which make would call up to date.
FOLDERS := bench build client protocol server tests
$(FOLDERS):
	@echo 'make $@: no such target; see make help' >&2; exit 1

.PHONY: all unit-tests thread-tests test-programs test test-long check demo generate deps deps-build \
	install help clean $(FOLDERS)
.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
