# crmdb -- build, test and inspect.  `make help` lists every target; there is no configure step.
#
#   BUILD=debug|release|asan|tsan|mutants   each has its own objects under build/<BUILD>
#   V=1                                     show whole command lines
#   SEED=n                                  seed of randomised tests (printed first when not given)

BUILD ?= debug
BUILD_ROOT ?= build
OUT := $(BUILD_ROOT)/$(BUILD)
Q := $(if $(V),,@)

CFLAGS_debug   := -O0 -g3
CFLAGS_release := -O2 -g
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -g -fsanitize=thread
CFLAGS_mutants := -O1 -g -DCRMDB_MUTANTS
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
DEFINES := -D_GNU_SOURCE -DCRMDB_VERSION='"0.1.0"'
COMPILE_FLAGS = -std=c11 $(DEFINES) -I. -Iclient -MMD -MP $(WARNINGS) $(CFLAGS_$(BUILD)) $(CFLAGS)
LINK_FLAGS = $(CFLAGS_$(BUILD)) $(LDFLAGS)

.DEFAULT_GOAL := all

# --- libraries: the folder is the module, the link line is the architecture ---

objects = $(patsubst %.c,$(OUT)/%.o,$(foreach folder,$(1),$(wildcard $(folder)/*.c)))

PROTOCOL := $(OUT)/protocol.a
BASE     := $(OUT)/server/base.a
ENGINE   := $(OUT)/server/engine.a
STORE    := $(OUT)/server/store.a
NET      := $(OUT)/server/net.a
APP      := $(OUT)/server/app.a
CLIENT   := $(OUT)/libcrmdb.a

$(PROTOCOL): $(call objects,protocol protocol/common)
$(BASE): $(call objects,server/base)
$(ENGINE): $(call objects,server/engine server/engine/index server/engine/rules)
$(STORE): $(call objects,server/store)
$(NET): $(call objects,server/net)
$(APP): $(call objects,server/app)
$(CLIENT): $(call objects,client) $(call objects,protocol protocol/common)

SERVER_LIBS := $(APP) $(NET) $(STORE) $(ENGINE) $(BASE) $(PROTOCOL)

# --- programs ---

PROGRAMS := $(OUT)/crmdb-server $(OUT)/crmdb-cli $(OUT)/crmdb-bench

all: $(PROGRAMS) $(CLIENT) ## Build the server, the client library, the command line and the benchmark

$(OUT)/crmdb-server: $(OUT)/server/main.o $(SERVER_LIBS)
	$(LINK) -luv -llmdb -lpthread
$(OUT)/crmdb-cli: $(call objects,client/cli) $(CLIENT)
	$(LINK) -ljson-c -lutf8proc -lpthread
$(OUT)/crmdb-bench: $(call objects,bench) $(CLIENT)
	$(LINK) -ljson-c -lpthread -lm

LINK = @$(if $(V),,printf '  LD  %s\n' $@;) mkdir -p $(@D); $(CC) $(LINK_FLAGS) -o $@ $^

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	@$(if $(V),,printf '  CC  %s\n' $<)
	$(Q)$(CC) $(COMPILE_FLAGS) -c $< -o $@

$(OUT)/%.a:
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# --- tests: every tests/unit/**/NAME_test.c is one cmocka program ---

UNIT_SOURCES := $(shell find tests/unit -name '*_test.c' 2>/dev/null)
UNIT_TESTS := $(patsubst %.c,$(OUT)/%,$(UNIT_SOURCES))
$(OUT)/%_test: $(OUT)/%_test.o $(SERVER_LIBS) $(CLIENT)
	$(LINK) -lcmocka -luv -llmdb -lpthread

unit-tests: $(UNIT_TESTS) ## Build the unit tests

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

clean: ## Remove build/
	$(Q)rm -rf $(BUILD_ROOT)

.PHONY: all unit-tests help clean
.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
