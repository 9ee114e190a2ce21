/* question_ask.c -- a command becomes a question: bound, planned, and answered at once where the
 * index knows the answer; see question.h.
 *
 *   V1  A page by spend is walked in the index for WALK_ROWS customers before anything larger is
 *       begun: where many pass, the first page is there after a few hundred.
 *   V2  A question that does not run saw the last change of its cells, of the rows it shows, of
 *       the names there are, and the day; one that judges rows saw every event applied (I3).
 */
#include <string.h>

#include "server/base/hash.h"
#include "server/engine/query/question_private.h"
#include "server/engine/rules/rules.h"

#define WALK_ROWS 2048u
#define WALK_STEP 64u
/* A candidate costs as much as this many rows of a scan: 100 ns against 0.8. */
#define CANDIDATE_COST 128u
#define BYTES_AS_COMMAND 64u /* of a program, until it is bound */

struct question *question_new(const struct memory *memory)
{
	struct question *question = memory->allocate(memory->context, sizeof *question);
	if (question != NULL)
		question->memory = *memory;
	return question;
}

/* What the index found for a question that did not begin after all. */
static void forget(struct question *question)
{
	if (question->complete)
		top_close(&question->top);
	question->complete = false;
	question->texts = NULL;
}

void question_free(struct question *question)
{
	if (question == NULL)
		return;
	struct memory memory = question->memory;
	ENSURE(!question->running);
	forget(question);
	memory.release(memory.context, question, sizeof *question);
}

/* --- refusals --- */

static void refuse(const struct engine *engine, struct question *question,
		   const struct bind_fault *fault, struct decision *decision)
{
	/* The texts are borrowed from the command, the catalogue, or the question. */
	outcome_refuse(decision, fault->error, fault->detail.a, fault->detail.b);
	decision->answer.words = fault->words;
	if (fault->words.near.bytes == fault->near) {
		memcpy(question->near, fault->near, sizeof question->near);
		decision->answer.words.near.bytes = question->near;
	}
	decision->saw = engine->applied; /* I3: fields, values and segments there were */
}

/* --- cursors --- */

struct hasher {
	uint64_t hash;
};

static void hash_in(struct hasher *hasher, const void *bytes, size_t size)
{
	hasher->hash = hash_bytes(bytes, size, hasher->hash);
}

static void hash_word(struct hasher *hasher, uint64_t word)
{
	hash_in(hasher, &word, sizeof word);
}

static void hash_text(struct hasher *hasher, struct wire_text text)
{
	hash_word(hasher, text.size);
	hash_in(hasher, text.size > 0 ? text.bytes : "", text.size);
}

/* All of a program but its columns. */
static void hash_program(struct hasher *hasher, struct wire_text program)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	struct predicate_value value;
	while (predicate_next(&r, &step)) {
		hash_word(hasher,
			  (uint64_t)step.op << 32 | (uint64_t)step.comparison << 16 | step.count);
		hash_text(hasher, step.name);
		for (uint16_t i = 0; step.op == PREDICATE_TEST && i < step.count; i++) {
			predicate_next_value(&step.values, &value);
			hash_word(hasher, (uint64_t)value.kind << 8 | value.detail);
			hash_word(hasher, (uint64_t)value.number);
			hash_text(hasher, value.text);
		}
	}
}

static uint32_t hash_page(const struct msg_query_page *m)
{
	struct hasher hasher = {m->descending != 0};
	hash_program(&hasher, m->predicate);
	hash_text(&hasher, m->order);
	uint32_t hash = (uint32_t)hasher.hash;
	return hash == 0 ? 1 : hash;
}

/* --- pages --- */

static bool can_order(const struct source *source)
{
	return source->kind != FIELD_KIND_tags && source->kind != FIELD_KIND_text;
}

static bool ask_order(const struct engine *engine, struct page_ask *page, struct wire_text order,
		      struct bind_fault *fault)
{
	if (order.size == 0) {
		page->order = PAGE_CREATED;
		return true;
	}
	bool known = sources_find(engine, order, &page->source);
	if (!known || !can_order(&page->source)) {
		bind_refuse(fault, ERROR_QUERY_ORDER, 0, order);
		if (!known)
			bind_suggest(fault, sources_near(engine, order));
		return false;
	}
	page->order = page->source.place == CATALOGUE_spend ? PAGE_SPEND : PAGE_FIELD;
	return true;
}

static bool ask_page(const struct engine *engine, struct question *question,
		     const struct msg_query_page *m, struct bind_fault *fault)
{
	struct page_ask *page = &question->page;
	*page = (struct page_ask){.descending = m->descending != 0};
	page->limit = m->limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : m->limit;
	fault->words = (struct error_words){{0}, {0}};
	if (page->limit > LIMIT_MEMBERS_PAGE) {
		fault->error = ERROR_LIMIT_TOO_HIGH;
		fault->detail = (struct error_detail){m->limit, LIMIT_MEMBERS_PAGE};
		return false;
	}
	if (!ask_order(engine, page, m->order, fault) ||
	    !show_parse(engine, m->show, &question->show, fault))
		return false;
	page->hash = hash_page(m);
	page->started = m->query != 0;
	struct top_key after = {.null = m->after_null != 0,
				.value = m->after_value,
				.id = page->order == PAGE_CREATED ? 0 : m->after_customer};
	page->after = question_key_of(engine, page, &after);
	if (page->started && m->query != page->hash) {
		fault->error = ERROR_CURSOR_FOREIGN;
		fault->detail = (struct error_detail){m->query, page->hash};
		return false;
	}
	return true;
}

/* --- groups --- */

static bool can_group(const struct source *source)
{
	return source->kind != FIELD_KIND_tags && source->kind != FIELD_KIND_text;
}

static bool no_group(struct bind_fault *fault, enum error error, struct wire_text name,
		     struct wire_text near)
{
	bind_refuse(fault, error, 0, name);
	bind_suggest(fault, near);
	return false;
}

static bool ask_groups(const struct engine *engine, struct question *question,
		       const struct msg_query_groups *m, struct bind_fault *fault)
{
	struct group_ask *ask = &question->group;
	struct wire_text left = m->by;
	*ask = (struct group_ask){.by = 0};
	while (left.size > 0) {
		const char *comma = memchr(left.bytes, ',', left.size);
		struct wire_text name = {
		    left.bytes, comma == NULL ? left.size : (uint32_t)(comma - left.bytes)};
		uint32_t step = comma == NULL ? left.size : name.size + 1;
		struct source source;
		bool known = sources_find(engine, name, &source);
		if (!known || !can_group(&source) || ask->by == 2)
			return no_group(fault, ERROR_QUERY_GROUP, name,
					known ? (struct wire_text){0} : sources_near(engine, name));
		ask->keys[ask->by++] = source;
		left = (struct wire_text){left.bytes + step, left.size - step};
	}
	ask->measured = m->measure.size > 0;
	ask->percentile = ask->measured ? m->percentile : 0;
	if (!ask->measured)
		return true;
	bool known = sources_find(engine, m->measure, &ask->measure);
	bool fits = known &&
		    (ask->measure.kind == FIELD_KIND_number ||
		     ask->measure.kind == FIELD_KIND_money || ask->measure.kind == FIELD_KIND_date);
	if (!fits || m->percentile > 10000)
		return no_group(fault, ERROR_QUERY_MEASURE, m->measure,
				known ? (struct wire_text){0} : sources_near(engine, m->measure));
	return true;
}

/* --- what is asked --- */

static bool ask(const struct engine *engine, struct question *question,
		const struct command *command, struct bind_fault *fault)
{
	switch (command->opcode) {
	case OP_query_page:
		question->kind = QUESTION_PAGE;
		return ask_page(engine, question, &command->as.query_page, fault);
	case OP_query_groups:
		question->kind = QUESTION_GROUPS;
		return ask_groups(engine, question, &command->as.query_groups, fault);
	case OP_query_stream:
		question->kind = QUESTION_STREAM;
		return show_parse(engine, command->as.query_stream.show, &question->show, fault);
	default:
		question->kind = QUESTION_COUNT;
		return true;
	}
}

static struct wire_text program_of(const struct command *command)
{
	switch (command->opcode) {
	case OP_query_page:
		return command->as.query_page.predicate;
	case OP_query_groups:
		return command->as.query_groups.predicate;
	case OP_query_stream:
		return command->as.query_stream.predicate;
	default:
		return command->as.query_count.predicate;
	}
}

static enum plan choose(const struct engine *engine, const struct question *question)
{
	const struct plan_ranges *plan = &question->plan;
	bool in_order = question->kind == QUESTION_PAGE && question->page.order == PAGE_CREATED;
	if (!in_order && plan->customers < engine->rows.count / CANDIDATE_COST)
		return PLAN_candidates;
	return PLAN_scan;
}

/* Bind and plan a command.  False: *decision is a refusal. */
static bool question_of(const struct engine *engine, const struct request *request,
			struct decision *decision)
{
	struct question *question = request->question;
	struct bind_fault fault;
	if (question == NULL) {
		outcome_refuse(decision, ERROR_OUT_OF_MEMORY, 0, 0);
		return false;
	}
	ENSURE(!question->running);
	forget(question);
	question->show.count = 0;
	question->show.profile = false;
	decision->cost = program_of(request->command).size / BYTES_AS_COMMAND;
	if (!bind_program(engine, program_of(request->command), &question->bound, &fault) ||
	    !ask(engine, question, request->command, &fault)) {
		refuse(engine, question, &fault, decision);
		return false;
	}
	plan_make(engine, &question->bound, &question->plan);
	decision->cost += question->plan.cost;
	question->answered_by = choose(engine, question);
	question->judged_rows = 0;
	question->given = 0;
	decision->saw = engine->applied; /* V2 */
	decision->verdict = VERDICT_QUESTION;
	return true;
}

/* --- what the index answers at once --- */

static void saw_ranges(const struct engine *engine, const struct question *question,
		       struct decision *decision)
{
	decision->saw = 0;
	outcome_saw_names(engine, decision);
	outcome_saw_day(engine, decision); /* dates may have been bound from it */
	for (uint32_t i = 0; i < question->plan.count; i++) {
		uint64_t moved = census_moved(&engine->census, &question->plan.ranges[i]);
		decision->saw = moved > decision->saw ? moved : decision->saw; /* V2 */
	}
}

/* Exactly one saved segment: its customers are counted as they enter and leave. */
static const struct segment *saved_alone(const struct engine *engine, const struct bound *bound)
{
	const struct bound_node *node = &bound->nodes[bound->root];
	return node->op == BOUND_SAVED ? &engine->segments.all[__builtin_ctzll(node->mask)] : NULL;
}

void query_count_decide(const struct engine *engine, const struct request *request,
			struct decision *decision)
{
	struct question *question = request->question;
	const struct segment *segment;
	if (!question_of(engine, request, decision))
		return;
	segment = saved_alone(engine, &question->bound);
	if (segment != NULL) {
		question->answered_by = PLAN_saved;
		question->passed = segment->customers;
		question->failed = false;
		decision->saw = segment->moved;
		question_answer(engine, question, request->room, decision);
		return;
	}
	if (!question->plan.exact)
		return;
	question->answered_by = PLAN_index;
	question->passed = question->plan.customers;
	question->failed = false;
	decision->cost += question->plan.count;
	saw_ranges(engine, question, decision);
	question_answer(engine, question, request->room, decision);
}

/* What the page will read of these rows, all at once. */
static void bring_rows(const struct engine *engine, const struct show *show, const uint32_t *rows,
		       uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *range = (const uint8_t *)rows_at(&engine->rows, rows[i]);
		uint32_t at = rows[i] % ROWS_RANGE;
		__builtin_prefetch(rows_hot(&engine->rows, rows[i]));
		for (uint32_t column = 0; column < show->count; column++) {
			const struct source *source = &show->columns[column];
			if (source->offset < SOURCE_ADDED)
				__builtin_prefetch(range + source->offset + at * source->width);
		}
	}
}

/* Customers of the hull in the order of the page, until it is full (V1).  False: WALK_ROWS were
 * looked at and it is not, or there is no memory. */
static bool walk(const struct engine *engine, struct question *question, struct decision *decision)
{
	struct page_ask *ask = &question->page;
	struct spend_place place = {ask->after.value, ask->after.id};
	struct spend_page page = {.query = question->plan.hull,
				  .after = ask->started ? &place : NULL,
				  .descending = ask->descending,
				  .limit = WALK_STEP};
	struct spend_key keys[WALK_STEP];
	uint32_t found = WALK_STEP, rows[WALK_STEP];
	uint8_t marks[CHUNK_BLOCK];
	while (found == WALK_STEP && question->top.count < ask->limit &&
	       question->judged_rows < WALK_ROWS) {
		found = spend_index_page(engine->census.index, &page, keys);
		for (uint32_t i = 0; i < found; i++)
			ids_prefetch(&engine->ids, keys[i].id);
		for (uint32_t i = 0; i < found; i++)
			rows[i] = ids_find(&engine->ids, keys[i].id);
		bring_rows(engine, &question->show, rows, found);
		chunk_take_rows(&question->chunk, rows, found);
		chunk_mark(&question->chunk, marks);
		if (!question->plan.exact || question->plan.count > 1)
			chunk_judge(&question->chunk, &question->bound, marks);
		for (uint32_t i = 0; i < found && question->top.count < ask->limit; i++) {
			uint64_t last = rows_hot(&engine->rows, rows[i])->last_event;
			if (marks[i] != 0)
				question_take(engine, question, rows[i]);
			decision->saw = last > decision->saw ? last : decision->saw;
		}
		question->judged_rows += found;
		place = (struct spend_place){keys[found > 0 ? found - 1 : 0].spend,
					     keys[found > 0 ? found - 1 : 0].id};
		page.after = &place;
	}
	return found < WALK_STEP || question->top.count == ask->limit;
}

/* A page by spend: from the index, as far as that goes. */
static void walk_page(const struct engine *engine, const struct request *request,
		      struct decision *decision)
{
	struct question *question = request->question;
	const struct memory *memory = &question->memory;
	size_t arena = chunk_arena(CHUNK_PLACES, WALK_STEP);
	question->passed = 0;
	question->failed = false;
	question->chunk = (struct chunk){.engine = engine, .today = engine->today};
	question->chunk.arena = memory->allocate(memory->context, arena);
	bool opened = top_open(&question->top, memory, question->page.limit, question->show.count);
	question->top.descending = question->page.descending;
	saw_ranges(engine, question, decision);
	if (opened && question->chunk.arena != NULL && walk(engine, question, decision)) {
		question->complete = question->show.profile; /* its texts are to be read */
		bool full = question->top.count == question->page.limit;
		question->passed = question->top.count + (full ? 1 : 0);
		question->answered_by = question->plan.exact && question->plan.count == 1
					    ? PLAN_index
					    : PLAN_candidates;
		outcome_saw_day(engine, decision);
		question->sorted = false;
		if (!question->complete)
			question_answer(engine, question, request->room, decision);
		decision->cost += (uint32_t)question->judged_rows;
	} else {
		decision->saw = engine->applied;
	}
	if (!question->complete) {
		top_close(&question->top);
		question->judged_rows = 0;
	}
	if (question->chunk.arena != NULL)
		memory->release(memory->context, question->chunk.arena, arena);
}

void query_page_decide(const struct engine *engine, const struct request *request,
		       struct decision *decision)
{
	if (question_of(engine, request, decision) && request->question->page.order == PAGE_SPEND &&
	    !request->question->page.after.null)
		walk_page(engine, request, decision);
}

void query_groups_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	question_of(engine, request, decision);
}

void query_stream_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	question_of(engine, request, decision);
}
