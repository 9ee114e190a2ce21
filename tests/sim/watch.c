/* watch.c -- see watch.h. */
#include "tests/sim/watch.h"

static struct store *inner_of(const struct store *store)
{
	return ((const struct watch *)store)->inner;
}

static void watch_identity(const struct store *store, struct store_identity *out)
{
	store_identity(inner_of(store), out);
}

static bool watch_replay(struct store *store, store_visitor *visit, void *context,
			 struct failure *failure)
{
	return store_replay(inner_of(store), visit, context, failure);
}

static void watch_submit(struct store *store, struct group *group)
{
	struct watch *watch = (struct watch *)store;
	watch->submitted(watch->context, group);
	store_submit(watch->inner, group);
}

static void watch_marks(const struct store *store, struct store_marks *out)
{
	store_marks(inner_of(store), out);
}

static enum store_read_result watch_read(struct store *store, uint64_t number,
					 struct store_record *record)
{
	return store_read(inner_of(store), number, record);
}

static enum store_read_result watch_read_run(struct store *store, uint64_t first,
					     const struct store_run *run)
{
	return store_read_run(inner_of(store), first, run);
}

static uint64_t watch_oldest(const struct store *store)
{
	return store_oldest(inner_of(store));
}

static bool watch_stop(struct store *store, uint64_t digest, struct failure *failure)
{
	return store_stop(inner_of(store), digest, failure);
}

static void watch_free(struct store *store)
{
	(void)store;
}

void watch_open(struct watch *watch, struct store *inner,
		void (*submitted)(void *context, const struct group *group), void *context)
{
	static const struct store_ops ops = {watch_identity, watch_replay, watch_submit,
					     watch_marks,    watch_read,   watch_read_run,
					     watch_oldest,   watch_stop,   watch_free};
	*watch = (struct watch){{&ops}, inner, submitted, context};
}
