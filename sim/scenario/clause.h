/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an `expect` may ask of which subject, and how it is read. */
#ifndef SIM_SCENARIO_CLAUSE_H
#define SIM_SCENARIO_CLAUSE_H

#include "scenario/parser.h"

/* Subjects, as a mask. */
enum {
	OF_RANGE = 1,	 /* A.heap[1] */
	OF_FILE = 2,	 /* data[0] */
	OF_FRAME = 4,	 /* old */
	OF_ENTRY = 8,	 /* p[0] */
	OF_VMAS = 16,	 /* p.vmas[0] */
	OF_CALL = 32,	 /* p */
	OF_TASK = 64,	 /* A */
	OF_EVENT = 128,	 /* t */
	OF_VMA = 256,	 /* vma A.heap */
	OF_LOCK = 512,	 /* lock A */
	OF_LEAK = 1024,	 /* leak A.heap[0] */
	OF_AUDIT = 2048, /* audit A.heap[0] */
	OF_PAGE = OF_RANGE | OF_FILE | OF_FRAME | OF_ENTRY,
};

enum value_kind {
	VALUE_FLAG, /* stands alone, or with `no` */
	VALUE_SUM,  /* 1+p */
	VALUE_NUMBER,
	VALUE_ADDRESS,
	VALUE_WORD,
	VALUE_TEXT,
	VALUE_SAME,   /* as PAGE, or with `no` */
	VALUE_FAULTS, /* min N maj N */
	VALUE_FLAGS,  /* READ|WRITE, or with `no` */
	VALUE_RANGE,  /* A.heap */
	VALUE_LACK,   /* -1 by NAME */
};

struct look;

struct observable {
	const char *name; /* NULL: its subject alone says what is asked */
	unsigned int subjects;
	enum value_kind value;
	const char *const *words;	       /* VALUE_WORD, NULL at the end */
	bool (*flag)(const struct look *look); /* VALUE_FLAG */
	bool (*holds)(struct look *look, const struct clause *clause); /* the others */
	const char *help;
};

/* The table stands with what evaluates it. */
const struct observable *observable_nth(size_t nth);

bool clause_read_expect(struct parser *p, struct statement *statement);
/* The subjects that the statement's subject belongs to: one bit. */
unsigned int clause_subject(const struct statement *statement);

#endif
