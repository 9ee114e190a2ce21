/* expect_fields.c -- answers about added fields, and their values in a profile. */
#include <string.h>

#include "protocol/person.h"
#include "tests/sim/expect_private.h"
#include "tests/sim/model_fields.h"

void expect_field(struct expect *expect)
{
	struct field_table table;
	struct error_detail detail;
	model_table(expect->judge->model, expect->at, &table);
	enum error error = model_field_fault(&table, expect->command, &detail);
	if (error != ERROR_OK)
		expect_refuse(expect, error, detail.a, detail.b);
	else
		expect_no_excuse(expect);
}

void expect_field_event(struct expect *expect, const struct event *event)
{
	struct answer *answer = expect->answer;
	if (event->type == EVENT_field_added)
		answer->as.field_add =
		    (struct ans_field_add){event->number, (uint16_t)event->field.number};
	else if (event->type == EVENT_field_renamed)
		answer->as.field_rename = (struct ans_field_rename){event->number};
	else
		answer->as.field_drop =
		    (struct ans_field_drop){event->number, event->field.customers};
}

bool expect_values(struct expect *expect, const struct wire_list *fields)
{
	struct field_table table;
	struct error_detail detail;
	model_table(expect->judge->model, expect->at, &table);
	enum error error = model_values_fault(&table, fields, &detail);
	if (error != ERROR_OK)
		expect_refuse(expect, error, detail.a, detail.b);
	return error != ERROR_OK;
}

void expect_added(const struct expect *expect, uint64_t customer, struct wire_writer *w,
		  uint32_t *count)
{
	const struct model *model = expect->judge->model;
	struct field_table table;
	model_table(model, expect->at, &table);
	for (uint32_t place = 0; place < table.count; place++) {
		struct care_texts values = model_field_values(model, customer, place, expect->at);
		struct care_texts words = model_field_words(model, place, expect->at);
		uint16_t field = (uint16_t)(PERSON_ADDED + place);
		for (uint32_t i = 0; table.fields[place].live && i < words.count; i++) {
			struct wire_text text = {words.text[i], (uint32_t)strlen(words.text[i])};
			if (!care_has(&values, text))
				continue;
			encode_rec_assignment(w, &(struct rec_assignment){field, text});
			++*count;
		}
	}
}
