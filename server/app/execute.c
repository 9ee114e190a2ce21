/* execute.c -- runs the commands of a frame: decode, decide, record, apply, answer.
 *
 *     window of 16   decode -> prefetch slots -> rows -> spend index -> one by one:
 *                    decide -> event into the open group (I2) -> apply (I1) -> answer (I7)
 *
 * The window exists for the caches: a row of ten million is three cache misses, and sixteen of
 * them overlap.
 *
 * A command that needs the past makes the frame pause: `gather` collects what this command and the
 * next ones need, memory or one job answers it, and the frame goes on at the same command.  Pages
 * of history are fixed when they are gathered, so only neighbouring ones are: what is between two
 * of them keeps its place in the order.  What needs people.mdb is in execute_people.c.
 */
#include "protocol/limits.h"
#include "server/app/execute_private.h"
#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/engine/settle.h"

#define WINDOW ENGINE_WINDOW
/* Events there is to be room for: what is left of a window, and one that saves a segment. */
#define ROOM_TO_SAVE (2 * WINDOW + SEGMENT_EVENT_BYTES / EVENT_PLAIN_BYTES + 1)

struct slot {
	struct command command;
	struct error_detail detail;
	enum error error;
	uint32_t at; /* offset in the body */
};

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void run_stamp(struct run *run, struct answer *answer, uint64_t saw)
{
	answer->sequence = max_u64(saw, commit_durable(run->core->commit));
}

void run_answer(struct run *run, struct answer *answer, uint64_t saw)
{
	run_stamp(run, answer, saw);
	reply_add(run->session, answer, saw);
}

void run_refuse(struct run *run, enum error error, struct error_detail detail, uint64_t saw)
{
	struct answer *answer = &run->decision.answer;
	answer->opcode = 0;
	answer->status = (uint16_t)error;
	answer->flags = 0;
	answer->detail = detail;
	answer->words = (struct error_words){{0}, {0}};
	run_answer(run, answer, saw);
}

void run_refuse_word(struct run *run, enum error error, struct wire_text word, uint64_t saw)
{
	struct answer *answer = &run->decision.answer;
	*answer = (struct answer){.status = (uint16_t)error, .words = {.word = word}};
	run_answer(run, answer, saw);
}

/* --- the past --- */

/* May the command behind the current one be fetched along with it? */
static bool wants_past(struct run *run, const struct slot *slot, struct want *want)
{
	struct decision *decision = &run->decision;
	if (slot->error != ERROR_OK ||
	    (command_key(&slot->command) == NULL && slot->command.opcode != OP_history))
		return false; /* questions about sets are not asked twice */
	struct request request = run_request(run, &slot->command);
	engine_decide(run->core->engine, &request, decision);
	if (decision->verdict == VERDICT_HISTORY) {
		want->customer = slot->command.as.history.customer;
		want->limit = decision->limit;
	} else if (decision->verdict == VERDICT_REPEAT) {
		uint32_t size;
		want->customer = 0;
		want->limit = 1;
		if (commit_find(run->core->commit, decision->past, &size) != NULL)
			return false; /* answered from memory when its turn comes */
	} else {
		return false;
	}
	want->number = decision->past;
	want->saw = decision->saw;
	want->sequence = max_u64(decision->saw, commit_durable(run->core->commit));
	return true;
}

/* Ask for what the current command needs, and what those behind it do: after a repeat the repeats
 * up to the next page (their events never change), after a page the pages right behind it.  What
 * would be fetched beyond that would be dropped by the next gathering. */
static void gather(struct run *run)
{
	struct session *session = run->session;
	const struct frame *frame = run->frame;
	struct wire_reader r = {frame->body + session->frame_at, frame->body + frame->body_size,
				false};
	uint32_t left = (uint32_t)frame->count - session->frame_done;
	uint32_t end = session->frame_done + (left < RESOLVE_WANTS ? left : RESOLVE_WANTS);
	bool pages = false;
	resolve_reset(&session->resolve);
	for (uint32_t place = session->frame_done; place < end; place++) {
		struct slot slot;
		struct want want = {.place = (uint16_t)place};
		slot.error = command_decode(&r, &slot.command, &slot.detail);
		bool wanted = wants_past(run, &slot, &want);
		bool page = wanted && want.customer != 0;
		if (place == session->frame_done)
			pages = page;
		if ((wanted ? page != pages : pages) ||
		    (wanted && !resolve_want(&session->resolve, &want)))
			break;
	}
}

static void work(void *context)
{
	struct session *session = context;
	resolve_from_store(&session->resolve);
}

/* The current command needs the past: fetch it.  True: it is there already. */
static bool fetch(struct run *run)
{
	struct session *session = run->session;
	struct core *core = run->core;
	gather(run);
	if (session->resolve.want_count == 0) {
		reply_seal(session, false);
		session_end(session, ERROR_OUT_OF_MEMORY, (struct error_detail){0, 0});
		return false;
	}
	if (resolve_from_memory(&session->resolve, core->commit))
		return true;
	session->job_running = true;
	session_stand(session, PAUSE_JOB);
	core->env.submit_job(core->env.context,
			     session->resolve.wants[0].customer != 0 ? LANE_HISTORY : LANE_LOOKUP,
			     work, session_job_done, session);
	return false;
}

/* The evidence for the current command, or NULL after it was asked for (or the session ended). */
static const struct want *evidence(struct run *run)
{
	struct session *session = run->session;
	const struct want *want = resolve_at(&session->resolve, session->frame_done);
	if (want == NULL && fetch(run))
		want = resolve_at(&session->resolve, session->frame_done);
	return want;
}

/* I7: the first answer again, from its event. */
static enum step repeat_event(struct run *run, const struct event *event, uint64_t saw)
{
	struct answer *answer = &run->decision.answer;
	reply_from_events(event, 1, answer);
	answer->flags = ANSWER_REPEATED;
	run_answer(run, answer, saw);
	return STEP_DONE;
}

static enum step answer_repeat(struct run *run)
{
	struct decision *decision = &run->decision;
	uint32_t size;
	const uint8_t *bytes = commit_find(run->core->commit, decision->past, &size);
	if (bytes != NULL) {
		ENSURE(event_decode(bytes, size, decision->past, &decision->event));
		return repeat_event(run, &decision->event, decision->saw);
	}
	const struct want *want = evidence(run);
	if (want == NULL)
		return STEP_WAIT;
	if (want->damaged || want->count == 0) {
		run_refuse(run, ERROR_STORAGE_DAMAGED,
			   (struct error_detail){(int64_t)want->number, 0}, want->saw);
		return STEP_DONE;
	}
	return repeat_event(run, &run->session->resolve.events[want->first], want->saw);
}

/* Fill `bytes` with the records of a page. */
static struct wire_list list_entries(const struct want *want, const struct event *events,
				     uint8_t *bytes, size_t size)
{
	struct wire_writer w = {bytes, bytes + size, false};
	for (uint32_t i = 0; i < want->count; i++) {
		const struct event *event = &events[want->first + i];
		struct rec_entry entry;
		entry_from_event(event, &entry);
		encode_rec_entry(&w, &entry);
	}
	ENSURE(!w.failed);
	return (struct wire_list){bytes, (uint32_t)(w.at - bytes), want->count};
}

/* A page is as of its gathering, refused or not. */
static enum step refuse_page(struct run *run, const struct want *want, enum error error,
			     struct error_detail detail)
{
	struct answer *answer = &run->decision.answer;
	answer->opcode = 0;
	answer->status = (uint16_t)error;
	answer->flags = 0;
	answer->detail = detail;
	answer->words = (struct error_words){{0}, {0}};
	answer->sequence = want->sequence;
	reply_add(run->session, answer, want->saw);
	return STEP_DONE;
}

static enum step answer_history(struct run *run, const struct want *want)
{
	struct answer *answer = &run->decision.answer;
	if (want->damaged)
		return refuse_page(run, want, ERROR_STORAGE_DAMAGED,
				   (struct error_detail){(int64_t)want->next, 0});
	if (want->count == 0)
		return refuse_page(
		    run, want, ERROR_CURSOR_INVALID,
		    (struct error_detail){(int64_t)want->number, (int64_t)want->customer});
	answer->opcode = OP_history;
	answer->status = ERROR_OK;
	answer->flags = 0;
	answer->sequence = want->sequence;
	answer->as.history.entries =
	    list_entries(want, run->session->resolve.events, run->room, LIMIT_ANSWER_BYTES);
	answer->as.history.next = want->next;
	reply_add(run->session, answer, want->saw);
	return STEP_DONE;
}

/* --- one command --- */

static uint32_t size_of(const struct event *event)
{
	return event->parts & PART_segment ? SEGMENT_EVENT_BYTES : EVENT_PLAIN_BYTES;
}

static enum step record_event(struct run *run)
{
	struct core *core = run->core;
	struct decision *decision = &run->decision;
	if (engine_reserve(core->engine, 1) != ERROR_OK) {
		run_refuse(run, ERROR_OUT_OF_MEMORY,
			   (struct error_detail){(int64_t)core->memory_limit, 0},
			   decision->event.previous); /* I3: no other rule was broken */
		return STEP_DONE;
	}
	commit_add(core->commit, &decision->event, size_of(&decision->event)); /* I2 */
	engine_apply(core->engine, &decision->event);                          /* I1 */
	reply_from_events(&decision->event, 1, &decision->answer);             /* I7 */
	decision->answer.flags = 0;
	run_answer(run, &decision->answer, decision->event.number);
	return STEP_DONE;
}

void run_cost(struct session *session, uint32_t cost)
{
	session->turn_left -= cost < session->turn_left ? cost : session->turn_left;
}

static enum session_pause reason_to_pause(const struct session *session)
{
	if (session->turn_left == 0)
		return PAUSE_TURN;
	if (session_unsent(session) > LIMIT_UNSENT_BYTES)
		return PAUSE_OUTPUT;                                               /* E4 */
	if (!commit_reserve(session->core->commit, 2 * WINDOW, EVENT_PLAIN_BYTES)) /* age_first */
		return PAUSE_GROUP;
	return PAUSE_NONE;
}

bool run_ends(const struct session *session)
{
	return session->turn_left <= 1 || reason_to_pause(session) != PAUSE_NONE;
}

/* What today changes of the customer comes before the command.  False: there is no memory. */
static bool age_first(struct run *run, const struct command *command)
{
	struct core *core = run->core;
	struct event *event = &run->decision.event;
	if (!engine_is_turning(core->engine))
		return true;
	if (engine_reserve(core->engine, 1) != ERROR_OK)
		return false;
	if (engine_age_first(core->engine, command, run->now_us, event))
		days_record(&core->days, event);
	return true;
}

static enum step act(struct run *run, const struct command *command)
{
	struct decision *decision = &run->decision;
	switch (decision->verdict) {
	case VERDICT_EVENT:
		return record_event(run);
	case VERDICT_ANSWER:
	case VERDICT_REFUSED:
		run_answer(run, &decision->answer, decision->saw);
		return STEP_DONE;
	case VERDICT_REPEAT:
		return answer_repeat(run);
	case VERDICT_ADVANCE:
		days_go(&run->core->days, decision->day);
		run->session->advancing = true;
		session_stand(run->session, PAUSE_DAY);
		return STEP_WAIT;
	case VERDICT_PERSON:
	case VERDICT_PROFILE:
		return people_step(run, command);
	case VERDICT_HISTORY:
		break;
	case VERDICT_QUESTION:
		ENSURE(0 && "question_run decides it");
	}
	const struct want *want = evidence(run);
	return want == NULL ? STEP_WAIT : answer_history(run, want);
}

/* Does it see who is in saved segments?  Then rows that were touched are settled before. */
static bool is_of_segments(uint16_t opcode)
{
	return opcode == OP_segment_save || opcode == OP_segment_drop ||
	       opcode == OP_segment_list || opcode == OP_segment_test || opcode == OP_trend;
}

static enum step decide(struct run *run, const struct command *command)
{
	struct request request = run_request(run, command);
	bool aged = age_first(run, command);
	if (is_of_segments(command->opcode))
		core_settle(run->core);
	engine_decide(run->core->engine, &request, &run->decision);
	if (!aged && run->decision.verdict != VERDICT_REPEAT) { /* a repeat asks for no row */
		run_refuse(run, ERROR_OUT_OF_MEMORY,
			   (struct error_detail){(int64_t)run->core->memory_limit, 0},
			   engine_applied(run->core->engine));
		return STEP_DONE;
	}
	run_cost(run->session, run->decision.cost);
	enum step step = act(run, command);
	if (step == STEP_DONE && run->session->asks.count > 0)
		people_pass(run);
	return step;
}

/* An advance that waited: the clock may have taken the day further meanwhile. */
static enum step run_advance(struct run *run, const struct command *command)
{
	struct command reached = *command;
	int32_t today = engine_today(run->core->engine);
	if (run->session->advancing && reached.as.advance.day < today)
		reached.as.advance.day = today;
	run->session->advancing = false;
	return decide(run, &reached);
}

/* Sets are as of a day that has turned; segments are saved and dropped one at a time, and a trend
 * tells of one whose first members are known. */
static bool waits_for_day(const struct run *run, const struct command *command)
{
	bool built = command->opcode == OP_segment_save || command->opcode == OP_segment_drop ||
		     (command->opcode == OP_trend && command->as.trend.segment.size > 0);
	return engine_asks_sets(command) && (days_are_busy(&run->core->days) ||
					     (built && engine_is_building(run->core->engine)));
}

static enum step run_command(struct run *run, const struct slot *slot)
{
	const struct want *want;
	if (slot->error != ERROR_OK) {
		run_refuse(run, slot->error, slot->detail, 0);
		return STEP_DONE;
	}
	if (run->session->feed != NULL && !execute_feed_takes(slot->command.opcode)) {
		run_refuse(run, ERROR_SUBSCRIBED, (struct error_detail){slot->command.opcode, 0},
			   0);
		return STEP_DONE;
	}
	switch (slot->command.opcode) {
	case OP_hello:
		run_refuse(run, ERROR_UNSUPPORTED, (struct error_detail){OP_hello, 0}, 0);
		return STEP_DONE;
	case OP_info:
		core_info(run->core, &run->decision.answer);
		run_answer(run, &run->decision.answer, engine_applied(run->core->engine));
		return STEP_DONE;
	case OP_subscribe:
		execute_subscribe(run, &slot->command.as.subscribe);
		return STEP_DONE;
	case OP_unsubscribe:
		execute_unsubscribe(run);
		return STEP_DONE;
	case OP_advance:
		return run_advance(run, &slot->command);
	case OP_history:
		want = resolve_at(&run->session->resolve, run->session->frame_done);
		if (want != NULL) /* fixed when it was gathered */
			return answer_history(run, want);
		break;
	default:
		if (waits_for_day(run, &slot->command)) {
			session_stand(run->session, PAUSE_DAY);
			return STEP_WAIT;
		}
		if (slot->command.opcode == OP_segment_save &&
		    !commit_reserve(run->core->commit, ROOM_TO_SAVE, EVENT_PLAIN_BYTES)) {
			session_stand(run->session, PAUSE_GROUP);
			return STEP_WAIT;
		}
		if (questions_takes(slot->command.opcode))
			return question_run(run, &slot->command);
		break;
	}
	return decide(run, &slot->command);
}

/* --- windows --- */

static uint32_t decode_window(struct run *run, struct slot *slots)
{
	const struct frame *frame = run->frame;
	const struct session *session = run->session;
	struct wire_reader r = {frame->body + session->frame_at, frame->body + frame->body_size,
				false};
	uint32_t left = (uint32_t)frame->count - session->frame_done;
	uint32_t count = left < WINDOW ? left : WINDOW;
	for (uint32_t i = 0; i < count; i++) {
		slots[i].error = command_decode(&r, &slots[i].command, &slots[i].detail);
		slots[i].at = (uint32_t)(r.at - frame->body);
		if (slots[i].error == ERROR_OK)
			engine_prefetch_slots(run->core->engine, &slots[i].command);
	}
	const struct command *fine[WINDOW];
	uint32_t fine_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (slots[i].error != ERROR_OK)
			continue;
		engine_prefetch_row(run->core->engine, &slots[i].command);
		fine[fine_count++] = &slots[i].command;
	}
	engine_prefetch_index(run->core->engine, fine, fine_count);
	return count;
}

/* False: the session paused or ended inside the window. */
static bool run_window(struct run *run)
{
	struct session *session = run->session;
	struct slot slots[WINDOW];
	uint32_t count = decode_window(run, slots);
	for (uint32_t i = 0; i < count; i++) {
		if (run_command(run, &slots[i]) == STEP_WAIT)
			return false;
		session->frame_at = slots[i].at;
		session->frame_done++;
		run_cost(session, 1);
		run->core->commands++;
		if (session->turn_left == 0)
			break; /* the rest of the window is decoded again */
	}
	return true;
}

bool execute_frame(struct session *session, const struct frame *frame)
{
	struct core *core = session->core;
	struct run run = {.session = session, .core = core, .frame = frame};
	run.now_us = core->env.now_us(core->env.context);
	run.room = core->scratch + LIMIT_REPLY_BYTES;
	reply_begin(session, frame->number);
	while (session->frame_done < frame->count) {
		if (engine_touched(core->engine) + 2 * WINDOW > SETTLE_MOST)
			core_settle(core); /* before the window: questions of it see one number */
		enum session_pause why = reason_to_pause(session);
		if (why == PAUSE_NONE && run_window(&run))
			continue;
		reply_seal(session, false); /* E3; and before the stall is measured */
		if (why != PAUSE_NONE)
			session_stand(session, why);
		return false;
	}
	reply_seal(session, true);
	return true;
}
