/* image.h -- the files of a data directory held in memory, to damage them and put them back; and
 * what a store makes of a directory, tried in a child process. */
#ifndef CRMDB_TESTS_UNIT_STORE_IMAGE_H
#define CRMDB_TESTS_UNIT_STORE_IMAGE_H
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/store/kit.h"

struct image_file {
	char name[40];
	uint8_t *bytes;
	size_t size;
};

struct image {
	struct image_file files[16];
	int count;
};

static inline void image_add(struct image *image, const char *directory, const char *name)
{
	char path[512];
	struct stat stat_now;
	struct image_file *file = &image->files[image->count];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		return;
	assert_int_equal(fstat(fd, &stat_now), 0);
	snprintf(file->name, sizeof file->name, "%s", name);
	file->size = (size_t)stat_now.st_size;
	file->bytes = malloc(file->size + 1);
	assert_int_equal(read(fd, file->bytes, file->size), file->size);
	close(fd);
	image->count++;
}

/* Journal, note and up to ten files of the log. */
static inline struct image image_load(const char *directory)
{
	struct image image = {.count = 0};
	image_add(&image, directory, "journal");
	image_add(&image, directory, "stopped");
	for (unsigned i = 1; i <= 10; i++) {
		char name[40];
		snprintf(name, sizeof name, "log/%06u.mdb", i);
		image_add(&image, directory, name);
	}
	return image;
}

static inline void image_free(struct image *image)
{
	for (int i = 0; i < image->count; i++)
		free(image->files[i].bytes);
	image->count = 0;
}

static inline struct image_file *image_find(struct image *image, const char *name)
{
	for (int i = 0; i < image->count; i++)
		if (strcmp(image->files[i].name, name) == 0)
			return &image->files[i];
	fail_msg("no file %s", name);
	return NULL;
}

static inline void image_write(const char *directory, const char *name, const uint8_t *bytes,
			       size_t size)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

/* The directory holds these files and no others afterwards. */
static inline void image_save(const struct image *image, const char *directory)
{
	char path[512];
	kit_remove(directory);
	assert_int_equal(mkdir(directory, 0700), 0);
	snprintf(path, sizeof path, "%s/log", directory);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < image->count; i++)
		image_write(directory, image->files[i].name, image->files[i].bytes,
			    image->files[i].size);
}

/* Under ThreadSanitizer a forked child can have no threads: what is tried in one is left to the
 * other builds. */
#ifdef __SANITIZE_THREAD__
#define IMAGE_FORKS 0
#else
#define IMAGE_FORKS 1
#endif

enum outcome {
	OUTCOME_REFUSED = -1, /* EXIT_DAMAGE, with a sentence */
	OUTCOME_OTHER = -2,   /* refused with another code */
	OUTCOME_WRONG = -3,   /* gave a wrong answer */
	OUTCOME_CRASHED = -4,
};

/* Replay, then read every seventh event: the last event, or OUTCOME_WRONG, OUTCOME_REFUSED. */
static inline long image_answer(struct store *store)
{
	struct failure failure = {0};
	uint64_t seen = 0, last = kit_last(store);
	static uint8_t bytes[LIMIT_EVENT_BYTES];
	struct store_record record = {bytes, 0};
	if (!store_replay(store, kit_visit, &seen, &failure))
		return strstr(failure.text, "WRONG") ? OUTCOME_WRONG : OUTCOME_REFUSED;
	for (uint64_t number = 1; number <= last; number += 7)
		if (store_read(store, number, &record) != STORE_FOUND ||
		    !kit_is_record(number, record.bytes, record.size))
			return OUTCOME_WRONG;
	return seen == last ? (long)seen : OUTCOME_WRONG;
}

/* What a store opened on the directory says, in a child: its last event, or an outcome below 0. */
static inline long image_try(const struct store_lmdb_options *options)
{
	int ends[2], status;
	long answer = OUTCOME_CRASHED;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct failure failure = {0};
		struct store_listener listener = {kit_advanced, kit_failed, NULL};
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		struct store *store = store_lmdb_open(options, &listener, &failure);
		if (store == NULL)
			answer = failure.code == EXIT_DAMAGE && failure.text[0] != '\0'
				     ? OUTCOME_REFUSED
				     : OUTCOME_OTHER;
		else
			answer = image_answer(store);
		_exit(write(ends[1], &answer, sizeof answer) != sizeof answer);
	}
	close(ends[1]);
	bool told = read(ends[0], &answer, sizeof answer) == sizeof answer;
	close(ends[0]);
	waitpid(child, &status, 0);
	return told && WIFEXITED(status) ? answer : OUTCOME_CRASHED;
}

#endif
