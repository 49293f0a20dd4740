/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holding what was expected against what there is. */
#include "scenario/expect.h"
#include "scenario/forced.h"
#include "scenario/guest.h"
#include "scenario/handlers.h"

bool look_differ(struct look *look, const char *expected, const char *actual)
{
	look->expected = expected;
	look->actual = actual;
	return false;
}

static bool needs_page(const struct observable *what)
{
	return (what->subjects & (OF_FRAME | OF_LEAK | OF_AUDIT)) != 0;
}

static const char *look_name(struct look *look, const struct clause *clause)
{
	const struct statement *s = look->statement;
	const char *what = clause->what->name;
	const char *name =
		s->who ? s->who->name : place_name(look->run, &s->place, look->i);

	return what ? run_words(look->run, "%s %s", name, what) : name;
}

static bool flag_of(const struct look *look, const struct observable *what)
{
	return what->page  ? what->page(look->page)
	       : what->pte ? look->pte & what->pte
			   : what->flag(look);
}

static bool flag_is(struct look *look, const struct clause *clause)
{
	const char *yes = clause->what->name;
	const char *not = run_words(look->run, "%s no", yes);
	bool no = value_find(clause->values, "no");

	return flag_of(look, clause->what) != no ||
	       look_differ(look, no ? not : yes, no ? yes : not );
}

static const char *no_page_words(const struct look *look)
{
	if (look->statement->place.kind == PLACE_ENTRIES)
		return look_is_null(look) ? "NULL" : "the call did not write it";
	return look->statement->place.kind == PLACE_FILE ? "it is not cached"
							 : "nothing is mapped there";
}

static bool check_clause(struct look *look, const struct clause *clause)
{
	bool holds;

	if (needs_page(clause->what) && !look->page)
		holds = look_differ(look, "a page", no_page_words(look));
	else if (clause->what->holds)
		holds = clause->what->holds(look, clause->values);
	else
		holds = flag_is(look, clause);
	if (!holds)
		run_fail(look->run, look->statement, look_name(look, clause),
			 look->expected, look->actual);
	return holds;
}

static uint64_t pte_of(const struct run *run, const struct statement *s, int64_t i)
{
	struct mm_struct *mm;

	if (s->subject != OF_RANGE)
		return 0;
	if (run->guest)
		return guest_pte(run, &s->place, i);
	mm = run_mm(run, s->place.symbol->mm);
	return mm ? gupsim_pte_at(mm, place_address(&s->place, i)) : 0;
}

/* Each thing that is said of a range is looked at until the first page that differs. */
static void check_clauses(struct run *run, const struct statement *s,
			  const struct clause *clause)
{
	bool pages = !s->who && s->subject != OF_VMA;

	for (; clause; clause = clause->next) {
		struct look look = {.run = run, .statement = s};

		if (forced_lets_go(run->let_go, clause->what->name, s->subject))
			continue;
		do {
			look.page = pages ? place_page(run, &s->place, look.i) : NULL;
			look.pte = pte_of(run, s, look.i);
		} while (check_clause(&look, clause) && pages &&
			 ++look.i < s->place.count);
	}
}

static bool is_left_out(const struct run *run, const struct symbol *symbol)
{
	return symbol && run_thing(run, symbol)->left_out;
}

static bool names_left_out(const struct run *run, const struct value *value)
{
	for (unsigned int i = 0; value->sum && i < value->sum->nr_terms; i++)
		if (is_left_out(run, value->sum->terms[i]))
			return true;
	return is_left_out(run, value->place.symbol);
}

/* What a call is asked that is not made on this release is not asked either. */
static bool asks_left_out(const struct run *run, const struct statement *s,
			  const struct clause *clause)
{
	if (is_left_out(run, s->who) || is_left_out(run, s->place.symbol))
		return true;
	for (; clause; clause = clause->next)
		for (const struct value *v = clause->values; v; v = v->next)
			if (names_left_out(run, v))
				return true;
	return false;
}

HANDLER(handle_expect)
{
	const struct column *column = story_column_at(s->columns, run->version);
	const struct clause *clauses = column ? column->clauses : NULL;

	(void)result;
	if (!asks_left_out(run, s, clauses))
		check_clauses(run, s, clauses);
}
