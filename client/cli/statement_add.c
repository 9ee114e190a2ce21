/* statement_add.c -- a statement as a command of the library; see statement.h. */
#include "client/cli/statement.h"
#include "client/question.h"
#include "protocol/messages.h"

bool statement_writes(const struct statement *statement)
{
	return opcode_access(statement->verb->opcode) == ACCESS_WRITE;
}

static int add_order(const struct statement *statement, crm_batch *batch)
{
	return crm_batch_order(batch, &(crm_order){.customer = statement->customer,
						   .id = statement->ref,
						   .day = statement->day,
						   .amount = statement->amount,
						   .items = statement->items,
						   .no_points = statement->no_points});
}

/* The condition was parsed before; its columns count from its own start. */
static int add_segment(const struct statement *statement, crm_batch *batch)
{
	crm_condition *condition = crm_condition_new();
	crm_segment_new segment = {statement->name, condition, statement->condition};
	int index = -1;
	if (condition != NULL &&
	    crm_condition_parse(condition, statement->condition, NULL) == CRM_OK)
		index = crm_batch_segment_save(batch, &segment, statement->ref);
	crm_condition_free(condition);
	return index;
}

static int add_field(const struct statement *statement, crm_batch *batch)
{
	return crm_batch_field_add(batch,
				   &(crm_new_field){statement->name, statement->kind,
						    (uint8_t)statement->places, statement->values},
				   statement->ref);
}

static int add_consent(const struct statement *statement, crm_batch *batch)
{
	return crm_batch_consent(batch,
				 &(crm_consent){.customer = statement->customer,
						.purpose = statement->purpose,
						.channel = statement->channel,
						.granted = statement->granted,
						.policy = statement->policy,
						.source = statement->source},
				 statement->ref);
}

static int add_care(const struct statement *statement, crm_batch *batch)
{
	return crm_batch_care(batch,
			      &(crm_care){.customer = statement->customer,
					  .kind = statement->care,
					  .holiday = statement->holiday,
					  .channel = statement->channel,
					  .year = statement->year},
			      statement->ref);
}

static crm_person person_of(const struct statement *statement)
{
	return (crm_person){statement->customer, statement->fields, statement->field_count, 0};
}

int statement_add(const struct statement *statement, crm_batch *batch)
{
	uint64_t customer = statement->customer;
	crm_person person = person_of(statement);
	if (statement->is_query)
		return question_add(batch, &statement->query);
	switch (statement->verb->opcode) {
	case OP_ping:
		return crm_batch_ping(batch, 1);
	case OP_info:
		return crm_batch_info(batch);
	case OP_customer_create:
		return crm_batch_customer_create(batch, customer, statement->ref);
	case OP_customer_get:
		return crm_batch_customer_get(batch, customer);
	case OP_customer_put:
		return crm_batch_customer_put(batch, &person, statement->ref);
	case OP_customer_set:
		return crm_batch_customer_set(batch, &person, statement->ref);
	case OP_customer_erase:
		return crm_batch_customer_erase(batch, customer, statement->ref);
	case OP_customer_find:
		return crm_batch_customer_find(batch, person.fields[0].field,
					       person.fields[0].value);
	case OP_customer_profile:
		return crm_batch_customer_profile(batch, customer);
	case OP_customer_consent:
		return add_consent(statement, batch);
	case OP_customer_care:
		return add_care(statement, batch);
	case OP_points_earn:
		return crm_batch_points_earn(batch, customer, statement->points, statement->ref);
	case OP_points_redeem:
		return crm_batch_points_redeem(batch, customer, statement->points, statement->ref);
	case OP_points_adjust:
		return crm_batch_points_adjust(batch, customer, statement->points, statement->ref);
	case OP_history:
		return crm_batch_history(batch, customer, statement->from, statement->limit);
	case OP_order:
		return add_order(statement, batch);
	case OP_segment_save:
		return add_segment(statement, batch);
	case OP_segment_drop:
		return crm_batch_segment_drop(batch, statement->name, statement->ref);
	case OP_segment_test:
		return crm_batch_segment_test(batch, customer, statement->name);
	case OP_field_add:
		return add_field(statement, batch);
	case OP_field_rename:
		return crm_batch_field_rename(batch, statement->name, statement->to,
					      statement->ref);
	case OP_field_drop:
		return crm_batch_field_drop(batch, statement->name, statement->ref);
	case OP_matrix:
		return statement->day == CRM_TODAY ? crm_batch_matrix(batch)
						   : crm_batch_matrix_on(batch, statement->day);
	case OP_advance:
		return crm_batch_advance(batch, statement->day);
	default:
		return -1;
	}
}
