/* dump.c -- walks a frame by the tables of describe.h.
 *
 *   offset  bytes                                            name       value
 */
#include "tests/tools/dump.h"

#include <inttypes.h>
#include <string.h>

#include "protocol/describe.h"
#include "protocol/frame.h"
#include "protocol/key.h"
#include "protocol/messages.h"
#include "tests/support/codecs.h"

struct dump {
	FILE *out;
	const uint8_t *start, *at;
};

/* The next `size` bytes, sixteen a line; name and value beside the first. */
static void row(struct dump *d, size_t size, const char *name, const char *value)
{
	for (size_t done = 0; done < size || done == 0; done += 16) {
		size_t here = size - done < 16 ? size - done : 16;
		fprintf(d->out, "%04zx  ", (size_t)(d->at - d->start) + done);
		for (size_t i = 0; i < here; i++)
			fprintf(d->out, i == 0 ? "%02x" : " %02x", d->at[done + i]);
		if (done == 0)
			fprintf(d->out, "%*s%s%*s%s", (int)(3 * (16 - here)) + 1, "", name,
				*value == 0 ? 0 : (int)(17 - strlen(name)), "", value);
		fputc('\n', d->out);
	}
	d->at += size;
}

static void integer(struct dump *d, size_t size, bool with_sign, const char *name, const char *note)
{
	uint64_t value = 0;
	char text[96];
	memcpy(&value, d->at, size);
	if (with_sign)
		snprintf(text, sizeof text, "%" PRId64 "%s", (int64_t)value, note);
	else
		snprintf(text, sizeof text, "%" PRIu64 "%s", value, note);
	row(d, size, name, text);
}

static void text_field(struct dump *d, const char *name)
{
	uint32_t size;
	char text[96];
	memcpy(&size, d->at, sizeof size);
	snprintf(text, sizeof text, "\"%.*s\"", (int)size, (const char *)d->at + 4);
	row(d, 4 + size, name, text);
}

static void field(struct dump *d, const struct field_info *info)
{
	char text[37];
	struct wire_id id;
	if (strcmp(info->type, "text") == 0) {
		text_field(d, info->name);
	} else if (strcmp(info->type, "id") == 0) {
		memcpy(id.bytes, d->at, sizeof id.bytes);
		key_format(id, text);
		row(d, sizeof id.bytes, info->name, text);
	} else {
		integer(d, codec_extent(info->type, d->at), info->type[0] == 'i', info->name, "");
	}
}

static void command(struct dump *d, const struct message_info *message)
{
	char note[64];
	snprintf(note, sizeof note, " (0x%02x %s)", message->opcode, message->name);
	integer(d, 2, false, "opcode", note);
	integer(d, 2, false, "flags", "");
	integer(d, 4, false, "size", "");
	for (size_t i = 0; i < message->field_count; i++)
		field(d, &message->fields[i]);
}

static void answer(struct dump *d, const struct message_info *message)
{
	uint16_t status;
	char note[64];
	memcpy(&status, d->at, sizeof status);
	snprintf(note, sizeof note, " (%s, to %s)", error_info(status)->name, message->name);
	integer(d, 2, false, "status", note);
	integer(d, 2, false, "flags", "");
	integer(d, 4, false, "size", "");
	integer(d, 8, false, "sequence", "");
	if (status == ERROR_OK) {
		for (size_t i = 0; i < message->result_count; i++)
			field(d, &message->results[i]);
	} else {
		integer(d, 8, true, "a", "");
		integer(d, 8, true, "b", "");
	}
}

void dump_frame(FILE *out, const uint8_t *bytes, uint32_t size, const uint16_t *opcodes)
{
	static const char *const kinds[] = {"",         " (hello)",   " (request)", " (welcome)",
					    " (reply)", " (goodbye)", " (push)"};
	struct dump d = {out, bytes, bytes};
	uint8_t kind = bytes[4];
	uint16_t count;
	memcpy(&count, bytes + 6, sizeof count);
	integer(&d, 4, false, "frame size", "");
	integer(&d, 1, false, "kind", kinds[kind]);
	integer(&d, 1, false, "flags", "");
	integer(&d, 2, false, "count", "");
	integer(&d, 8, false, "number", "");
	for (uint16_t i = 0; i < count; i++)
		if (kind == FRAME_HELLO || kind == FRAME_REQUEST)
			command(&d, message_info(opcodes[i]));
		else
			answer(&d, message_info(opcodes[i]));
	row(&d, (size_t)(bytes + size - d.at), "XXH3-64", "");
}
