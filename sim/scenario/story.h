/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A parsed fixture. Invariant: every name in it is resolved, every address lies in the
 * range it is said to be in, and nothing changes it: it runs on one release after
 * another.
 */
#ifndef SIM_SCENARIO_STORY_H
#define SIM_SCENARIO_STORY_H

#include "base/hash.h"
#include "scenario/lex.h"

#include <gupsim/machine.h>

#define FIXTURE_PAGE	4096u
#define MAX_NAME	63
#define MAX_STATEMENTS	10000
#define MAX_TASKS	64
#define MAX_RANGES	4096
#define MAX_RANGE_PAGES (1u << 18)
#define MAX_TOTAL_PAGES (1u << 20)
#define MAX_TERMS	8
#define MAX_WARNS	4
#define MAX_COLUMNS	64

#define KIND(kind)	(1u << (kind))

struct pool;
struct verb;
struct statement;
struct observable;
struct row;

enum symbol_kind {
	SYMBOL_NONE,
	SYMBOL_ALIAS, /* use NAME = FUNCTION */
	SYMBOL_PMEM,
	SYMBOL_FILE,
	SYMBOL_TASK,
	SYMBOL_RANGE, /* A.heap */
	SYMBOL_CALL,  /* p = get_user_pages(...) */
	SYMBOL_REF,   /* x = get_page(...) */
	SYMBOL_FRAME, /* frame old = ... */
	SYMBOL_EVENT, /* t = munmap ... */
};

struct symbol {
	UT_hash_handle hh;
	enum symbol_kind kind;
	const char *name;
	size_t line;
	unsigned int index; /* of its state in a run */
	bool broken;	    /* its declaration holds a mistake; say no more about it */
	struct symbol *mm;  /* TASK: the task whose mm it has; RANGE: whose mm it is in */
	struct symbol *ranges, *next; /* TASK that made its mm: ranges; RANGE: the next */
	const struct extent *extents; /* the same TASK: what is mapped */
	uint64_t start, pages;	      /* RANGE; FILE and CALL: pages alone */
	bool devdax;		      /* PMEM */
	struct column *columns;	      /* ALIAS */
};

/* Pages that a fixture names. */
enum place_kind {
	PLACE_RANGE,   /* A.heap[1..2] */
	PLACE_FILE,    /* data[0] */
	PLACE_ENTRIES, /* p[0..3] */
	PLACE_VMAS,    /* p.vmas[0] */
	PLACE_FRAME,   /* old, or the page that x holds */
	PLACE_RAW,     /* 0x10000 */
};

struct place {
	enum place_kind kind;
	const struct symbol *symbol;
	int64_t first, count; /* pages */
	uint64_t offset;      /* bytes; RAW: the address */
};

/* 1+p+x: a number and what the named calls hold. */
struct sum {
	uint64_t number;
	const struct symbol *terms[MAX_TERMS];
	unsigned int nr_terms;
};

/* One argument: the slot or keyword of a shape, and what stood there. */
struct value {
	struct value *next;
	const char *slot; /* "SIZE", or the keyword; "locked" for locked=1 */
	struct token token;
	const char *text; /* words and texts */
	uint64_t number;  /* one with a sign in two's complement */
	uint64_t named;	  /* FLAGS: those in number that stood there by name */
	size_t length;	  /* of a text */
	struct symbol *symbol;
	struct place place;
	struct sum *sum;
};

enum result_kind {
	RESULT_NUMBER,
	RESULT_SIGNAL,
	RESULT_BUG,
	RESULT_SPINS,
	RESULT_BLOCKS,	/* on the lock of a task's mm, or of a page */
	RESULT_WAITS,	/* until a page is idle */
	RESULT_NOT_RUN, /* "-": the release is left out */
};

struct result {
	enum result_kind kind;
	int64_t number;		    /* NUMBER, SIGNAL */
	const char *func;	    /* BUG */
	struct symbol *mm;	    /* BLOCKS */
	struct place page;	    /* WAITS, BLOCKS: where it is */
	const struct page *awaited; /* the same in a run; BLOCKS: NULL for an mm's lock */
	const struct row *behind;   /* WAITS: the event that has the file; NULL: none */
	const char *why;	    /* NUMBER, WAITS: in words, or NULL */
	const char *warns[MAX_WARNS];
	unsigned int nr_warns;
	unsigned int more_warns; /* for which there was no room */
};

/* One thing that an `expect` says about its subject. */
struct clause {
	struct clause *next;
	const struct observable *what;
	struct value *values;
};

/* A | v5.6: B */
struct column {
	struct column *next;
	uint64_t from; /* the release; 0: from ever */
	struct token token;
	struct result result;
	struct clause *clauses; /* expect */
	const char *function;	/* use */
};

struct statement {
	struct statement *next;
	struct token token;
	size_t line;
	unsigned int index; /* of its outcome in a run */
	const struct verb *verb;
	const struct symbol *alias; /* of a function that differs by release */
	struct symbol *name;	    /* p = */
	struct symbol *as;	    /* as T: */
	struct value *values;
	struct column *columns; /* NULL: must succeed */
	struct statement *ats;	/* what stands at points of it */
	struct statement *body; /* of an `at` */

	/* expect */
	unsigned int subject; /* one of OF_*, see expect.h */
	struct place place;   /* of pages */
	struct symbol *who;   /* of all else */
};

/* Bytes [start, end) that a fixture has mapped, or unmapped. */
struct extent {
	const struct extent *next; /* what was done before */
	uint64_t start, end;
	const struct symbol *range; /* NULL: unmapped */
};

struct version_range {
	const struct version_range *next;
	uint64_t from, to;
};

struct story {
	const struct source *source;
	const char *title;		      /* the first comment */
	uint64_t kernels;		      /* modelled releases that it is for */
	const struct version_range *versions; /* all that it is for */
	struct statement *settings;	      /* before the machine exists */
	struct statement *statements;
	struct symbol *names;		 /* a hash by name, ranges left out */
	const struct symbol *first_task; /* is current */
	unsigned int nr_symbols, nr_statements;
	uint64_t total_pages; /* an upper bound of what can be mapped in one mm */
};

/* setup.c: the machine that its settings ask for. */
struct gupsim_config story_config(const struct story *story);
/* The column that a release reads, by its version; by its index if it is modelled. */
const struct column *story_column_at(const struct column *columns, uint64_t version);
const struct column *story_column(const struct column *columns, size_t kernel);
/* Does `kernels` hold the release of which @version is one, or a point release? */
bool story_is_for(const struct story *story, uint64_t version);
/* What `kernels` says, or what holds without: "v5.6 v5.10..v6.1". */
const char *story_releases(const struct story *story, struct pool *pool);
/* The argument of a slot or keyword, NULL if it was not given. */
const struct value *value_find(const struct value *values, const char *slot);
const struct value *story_value(const struct statement *s, const char *slot);
/* The number behind a slot, or the one after a keyword. */
uint64_t story_number(const struct statement *s, const char *slot, uint64_t otherwise);
/* Does pages=NULL stand there, or the like? */
bool story_says(const struct statement *s, const char *keyword, const char *word);
/* 2M or 1G, if one of them is said. */
uint64_t story_huge_page(const struct statement *s);
uint64_t story_number_after(const struct statement *s, const char *keyword,
			    uint64_t otherwise);
/* How many entries of pages[] a call has. */
uint64_t story_entries(const struct statement *s);

/*
 * result.c: "-EINVAL warn get_user_pages_remote", as a fixture says it. Results are equal
 * if they read the same.
 */
const char *result_words(struct pool *pool, const struct result *result);

void story_destroy(struct story *story, struct heap *heap);

#endif
