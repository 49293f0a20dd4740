/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the agent asks of the probe module. Invariant: no number in here depends on the
 * release; the module translates.
 */
#ifndef GUPSIM_PROBE_REQUEST_H
#define GUPSIM_PROBE_REQUEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PROBE_NODE  "gupsim_probe"
#define PROBE_ROOM  8192 /* entries of pages[]; a call never sees fewer */
#define PROBE_BYTES 128	 /* of a page's contents */

enum probe_function {
	PROBE_GET_REMOTE,
	PROBE_GET,
	PROBE_GET_LOCKED,
	PROBE_GET_UNLOCKED,
	PROBE_PIN_REMOTE,
	PROBE_PIN,
	PROBE_PIN_UNLOCKED,
	PROBE_PIN_LOCKED,
	PROBE_GET_FAST,
	PROBE_GET_FAST_ONLY,
	PROBE_PIN_FAST,
	PROBE_PIN_FAST_ONLY,
	PROBE_FIXUP, /* flags: FAULT_FLAG_*; *locked is *unlocked, which is 0 before */
	PROBE_DUMP_PAGE,
	PROBE_FOLLOW_PAGE,
	PROBE_POPULATE_VMA,
	PROBE_POPULATE, /* flags: ignore_errors */
	PROBE_NR_FUNCTIONS
};

/* Flags of a call, of these bits on every release. */
#define PROBE_FOLL_WRITE	    0x00001
#define PROBE_FOLL_TOUCH	    0x00002
#define PROBE_FOLL_GET		    0x00004
#define PROBE_FOLL_DUMP		    0x00008
#define PROBE_FOLL_FORCE	    0x00010
#define PROBE_FOLL_NOWAIT	    0x00020
#define PROBE_FOLL_POPULATE	    0x00040
#define PROBE_FOLL_SPLIT	    0x00080
#define PROBE_FOLL_HWPOISON	    0x00100
#define PROBE_FOLL_NUMA		    0x00200
#define PROBE_FOLL_MIGRATION	    0x00400
#define PROBE_FOLL_TRIED	    0x00800
#define PROBE_FOLL_MLOCK	    0x01000
#define PROBE_FOLL_REMOTE	    0x02000
#define PROBE_FOLL_COW		    0x04000
#define PROBE_FOLL_ANON		    0x08000
#define PROBE_FOLL_LONGTERM	    0x10000
#define PROBE_FOLL_SPLIT_PMD	    0x20000
#define PROBE_FOLL_PIN		    0x40000
#define PROBE_FOLL_FAST_ONLY	    0x80000
#define PROBE_FOLL_PCI_P2PDMA	    0x100000
#define PROBE_FOLL_INTERRUPTIBLE    0x200000
#define PROBE_FOLL_NOFAULT	    0x400000
#define PROBE_FOLL_HONOR_NUMA_FAULT 0x800000
#define PROBE_FOLL_UNLOCKABLE	    0x1000000
#define PROBE_FOLL_MADV_POPULATE    0x2000000

enum probe_locked {
	PROBE_LOCKED_NULL,
	PROBE_LOCKED_0,
	PROBE_LOCKED_1
};

enum probe_lock_state {
	PROBE_UNLOCKED,
	PROBE_LOCKED
};

#define PROBE_FRAME_ZERO  0    /* the zero page */
#define PROBE_FRAME_UNSET (-1) /* an entry that the call has not written */
#define PROBE_FRAME_NONE  (-2) /* no page there, or none that has a struct page */

#define PROBE_VMA_GATE	  (-3) /* of the vsyscall page */

struct probe_call {
	__u32 function; /* enum probe_function */
	__u32 pid;	/* whose mm; 0 for functions that take current's */
	__u64 start;
	__s64 nr;
	__u32 flags;	 /* PROBE_FOLL_* */
	__u32 no_pages;	 /* pages is NULL */
	__u32 locked;	 /* enum probe_locked */
	__u32 nr_frames; /* room at @frames */
	__u64 frames;	 /* __s32[]: what pages[] holds afterwards */
	__u64 heads;	 /* __s32[]: the heads of these, where they are compound */
	__u64 vmas;	 /* __s32[]: what vmas[] does; 0: vmas is NULL */
	__u32 signal;	 /* that is pending: SIGKILL, SIGUSR1 or 0 */
	/* Answers. */
	__s64 result;
	__s64 min, maj; /* faults accounted to the caller */
	__u32 handle;	/* of what the call holds, also if that is nothing */
	__u32 locked_after;
	__u32 lock_after; /* enum probe_lock_state: held, but for what PROBE_IOC_LOCK took
			   */
};

enum probe_way {
	PROBE_AS_TAKEN, /* all of a call */
	PROBE_PUT_PAGE,
	PROBE_UNPIN,
	PROBE_UNPIN_DIRTY, /* all of a call */
	PROBE_NR_WAYS
};

struct probe_put {
	__u32 handle;
	__s32 entry; /* that alone; -1: all that the call still holds */
	__u32 way;   /* enum probe_way */
};

enum probe_place {
	PROBE_AT_ADDRESS,
	PROBE_AT_ENTRY,
	PROBE_AT_FRAME,
	PROBE_AT_FILE,
	PROBE_AT_LOCK, /* of an mm: it has no pages */
	PROBE_NR_PLACES
};

enum probe_page_flag {
	PROBE_DIRTY = 1 << 0,
	PROBE_REFERENCED = 1 << 1,
	PROBE_ACTIVE = 1 << 2,
	PROBE_LRU = 1 << 3,
	PROBE_UPTODATE = 1 << 4,
	PROBE_RESERVED = 1 << 5,
	PROBE_PG_LOCKED = 1 << 6,
	PROBE_PRIVATE = 1 << 7,
	PROBE_ANON = 1 << 8,
	PROBE_ZERO = 1 << 9,
	PROBE_DEVICE = 1 << 10,
	PROBE_MOVABLE = 1 << 11,
	PROBE_FREE = 1 << 12,
	PROBE_COMPOUND = 1 << 13, /* a part of one */
	PROBE_EXCLUSIVE = 1 << 14,
	PROBE_MLOCKED = 1 << 15,
	PROBE_UNEVICTABLE = 1 << 16,
	PROBE_CMA = 1 << 17,
};

enum probe_pte_flag {
	PROBE_PTE_PRESENT = 1 << 0,
	PROBE_PTE_WRITE = 1 << 1,
	PROBE_PTE_DIRTY = 1 << 2,
	PROBE_PTE_YOUNG = 1 << 3,
	PROBE_PTE_SPECIAL = 1 << 4,
	PROBE_PTE_DEVMAP = 1 << 5,
	PROBE_PTE_PROTNONE = 1 << 6,
	PROBE_PTE_HUGE = 1 << 7, /* of a pmd or pud */
};
#define PROBE_PTE_PKEY_SHIFT 8 /* above the flags, the protection key */

struct probe_look {
	__u32 place; /* enum probe_place */
	__u32 pid;   /* ADDRESS, LOCK */
	__u64 at; /* the address, the index of entry or page, the number of the frame */
	__u32 handle; /* of the call; of the file, as current has opened it */
	/* Answers. */
	__s32 frame;
	__s32 head; /* of a compound page: the frame of its head */
	__s32 refcount;
	__s32 mapcount;
	__s32 pins; /* those that a compound page counts beside its references */
	__u32 reserved;
	__u32 flags; /* enum probe_page_flag */
	__u32 pte;   /* enum probe_pte_flag, and the key */
	__u32 lock;  /* LOCK: enum probe_lock_mode */
	__s32 vma;   /* ADDRESS: the VMA's number; PROBE_FRAME_NONE: there is none */
	__u64 vma_start, vma_end, vma_flags;
	__u8 bytes[PROBE_BYTES];
};

struct probe_raw_put {
	struct probe_look where;
	__u32 way; /* PROBE_PUT_PAGE, PROBE_UNPIN */
	__u32 reserved;
};

enum probe_lock_mode {
	PROBE_LOCK_NONE, /* give back one */
	PROBE_LOCK_READ,
	PROBE_LOCK_WRITE,
	PROBE_NR_LOCK_MODES
};

/* Calls on that mm run under it then, and do not take it themselves. */
struct probe_lock {
	__u32 pid; /* 0, with NONE: give back all */
	__u32 mode;
};

/*
 * A driver of @pages pages. Its memory is what mmap() of the node maps from the byte
 * @id << PROBE_DRIVER_SHIFT on.
 */
#define PROBE_DRIVERS	   16
#define PROBE_DRIVER_PAGES 4096
#define PROBE_DRIVER_SHIFT 32

enum probe_driver_kind {
	PROBE_PFNMAP,
	PROBE_MIXEDMAP,
	PROBE_INSERTED,
	PROBE_NR_DRIVER_KINDS
};

struct probe_driver {
	__u32 kind;
	__u32 pages;
	__u32 id; /* answer */
	__u32 reserved;
};

/* What a device does to a page by DMA, from its start on. */
struct probe_write {
	struct probe_look where;
	__u32 length; /* at most PROBE_BYTES, which is @where.bytes */
	__u32 reserved;
};

/* References of somebody else's to the page at a place. */
struct probe_get {
	struct probe_look where;
	__u32 handle; /* answer */
	__u32 more;   /* besides the first */
};

/* How far a count may be raised, read as a number without a sign: beyond it comes 0. */
#define PROBE_MOST_REFS 0xc0000000

/* Have the frame at a place free, by moving what is there, and give it back. */
struct probe_take {
	struct probe_look where;
	__u32 reserved[2];
};

/* What the NUMA scanner does to the ptes of a range. */
struct probe_hint {
	__u64 start, pages;
	__u32 pid;
	__u32 reserved;
};

#define PROBE_IOC_CALL	  _IOWR('g', 1, struct probe_call)
#define PROBE_IOC_PUT	  _IOW('g', 2, struct probe_put)
#define PROBE_IOC_LOOK	  _IOWR('g', 3, struct probe_look)
#define PROBE_IOC_GET	  _IOWR('g', 4, struct probe_get)
#define PROBE_IOC_RAW_PUT _IOW('g', 5, struct probe_raw_put)
#define PROBE_IOC_LOCK	  _IOW('g', 6, struct probe_lock)
#define PROBE_IOC_DRIVER  _IOWR('g', 7, struct probe_driver)
#define PROBE_IOC_WRITE	  _IOW('g', 8, struct probe_write)
#define PROBE_IOC_TAKE	  _IOW('g', 9, struct probe_take)
#define PROBE_IOC_HINT	  _IOW('g', 10, struct probe_hint)

#endif
