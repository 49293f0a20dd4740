/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver that pins guest memory for a device, as VFIO does: in the form it had to have
 * up to v5.5, and in the one that v5.6 made possible. The driver sees the kernel's
 * headers only; the tests build a machine around it.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>

/* A page that a device may access. */
struct dma_page {
	unsigned long pfn;
	struct page *page; /* NULL: registers of another device, nothing to give back */
};

/* Memory that is mapped by frame number has no page to pin, but the number will do. */
static int dma_follow_pfnmap(struct mm_struct *mm, unsigned long addr,
			     struct dma_page *dma)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (!vma || vma->vm_start > addr || !(vma->vm_flags & VM_PFNMAP))
		return -EFAULT;
	dma->pfn = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
	dma->page = NULL;
	return 0;
}

static int dma_pinned(struct mm_struct *mm, unsigned long addr, long ret,
		      struct dma_page *dma)
{
	if (ret == -EFAULT)
		return dma_follow_pfnmap(mm, addr, dma);
	if (ret != 1)
		return ret < 0 ? (int)ret : -EFAULT;
	dma->pfn = page_to_pfn(dma->page);
	return 0;
}

/* The old form: only current's own mm may be pinned FOLL_LONGTERM, so what that would
 * have refused of another's mm is refused here by hand. */
static int dma_pin_old(struct mm_struct *mm, unsigned long addr, bool write,
		       struct dma_page *dma)
{
	unsigned int flags = write ? FOLL_WRITE : 0;
	struct vm_area_struct *vma;
	long ret;

	down_read(&mm->mmap_sem);
	if (mm == current->mm) {
		ret = get_user_pages(addr, 1, flags | FOLL_LONGTERM, &dma->page, &vma);
	} else {
		ret = get_user_pages_remote(NULL, mm, addr, 1, flags, &dma->page, &vma,
					    NULL);
		if (ret == 1 && vma_is_fsdax(vma)) {
			put_page(dma->page);
			ret = -EOPNOTSUPP;
		}
	}
	ret = dma_pinned(mm, addr, ret, dma);
	up_read(&mm->mmap_sem);
	return ret;
}

/* The new form: one call for both, which knows what may be held for long. */
static int dma_pin_new(struct mm_struct *mm, unsigned long addr, bool write,
		       struct dma_page *dma)
{
	unsigned int flags = FOLL_LONGTERM | (write ? FOLL_WRITE : 0);
	long ret;

	down_read(&mm->mmap_sem);
	ret = get_user_pages_remote(NULL, mm, addr, 1, flags, &dma->page, NULL, NULL);
	ret = dma_pinned(mm, addr, ret, dma);
	up_read(&mm->mmap_sem);
	return ret;
}

static void dma_unpin(const struct dma_page *dma, bool written)
{
	if (!dma->page)
		return;
	if (written)
		set_page_dirty_lock(dma->page);
	put_page(dma->page);
}

/* The tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <gupsim/gupsim.h>
#include <string.h>
#include <sys/mman.h>

#define ADDR 0x10000UL
#define RW   (PROT_READ | PROT_WRITE)

typedef int (*dma_pin_fn)(struct mm_struct *mm, unsigned long addr, bool write,
			  struct dma_page *dma);

/* A driver's task, which is current, and a guest's. */
struct host {
	struct gupsim_machine *machine;
	struct task_struct *driver, *guest;
};

static void host_create(struct host *host, const char *kernel)
{
	struct gupsim_config config = gupsim_config_default();

	config.kernel = kernel;
	config.ram_cma = 2 << 20;
	assert_int_equal(gupsim_machine_create(&config, &host->machine), 0);
	assert_int_equal(gupsim_task_create(host->machine, "driver", &host->driver), 0);
	assert_int_equal(gupsim_task_create(host->machine, "guest", &host->guest), 0);
}

static void host_destroy(struct host *host)
{
	assert_int_equal(gupsim_held(host->machine, NULL, NULL), 0);
	assert_int_equal(gupsim_audit(host->machine, NULL, NULL), 0);
	assert_int_equal(gupsim_machine_destroy(&host->machine), 0);
}

enum memory {
	NOTHING,
	ANONYMOUS,
	FSDAX,
	DEVICE_DAX,
	REGISTERS,
};

static struct file *open_memory(struct host *host, enum memory memory)
{
	struct gupsim_file_spec spec = {.name = "memory", .bytes = 4 * PAGE_SIZE};
	struct file *file = NULL;

	if (memory == NOTHING || memory == ANONYMOUS)
		return NULL;
	spec.backing = memory == FSDAX	      ? GUPSIM_FSDAX
		       : memory == DEVICE_DAX ? GUPSIM_DEVDAX
					      : GUPSIM_PFNMAP;
	if (memory != REGISTERS)
		assert_int_equal(gupsim_pmem_create(host->machine, "pmem0",
						    memory == FSDAX ? GUPSIM_PMEM_FSDAX
								    : GUPSIM_PMEM_DEVDAX,
						    4 * PAGE_SIZE, &spec.pmem),
				 0);
	assert_int_equal(gupsim_file_create(host->machine, &spec, &file), 0);
	return file;
}

static void map_memory(struct host *host, struct mm_struct *mm, enum memory memory)
{
	struct file *file = open_memory(host, memory);

	if (memory == NOTHING)
		return;
	assert_int_equal(gupsim_mmap(mm, ADDR, 4 * PAGE_SIZE, RW,
				     file ? MAP_SHARED : MAP_PRIVATE, file, 0),
			 0);
}

/* What both forms answer on v5.6, of the driver's own mm and of the guest's alike. */
static const struct {
	const char *name;
	enum memory memory;
	int answer;
	bool has_page;
} rows[] = {
	{"anonymous memory", ANONYMOUS, 0, true}, {"fsdax", FSDAX, -EOPNOTSUPP, false},
	{"device dax", DEVICE_DAX, 0, true},	  {"registers", REGISTERS, 0, false},
	{"nothing", NOTHING, -EFAULT, false},
};

static void check(const char *row, const char *form, const char *what, long actual,
		  long expected)
{
	if (actual != expected)
		fail_msg("%s, %s form: %s is %ld instead of %ld", row, form, what, actual,
			 expected);
}

static void pin_and_unpin(struct mm_struct *mm, size_t row, dma_pin_fn pin)
{
	const char *name = rows[row].name, *form = pin == dma_pin_old ? "old" : "new";
	struct dma_page dma = {0};

	check(name, form, "the answer", pin(mm, ADDR + PAGE_SIZE, true, &dma),
	      rows[row].answer);
	check(name, form, "mmap_sem", rwsem_is_locked(&mm->mmap_sem), false);
	if (rows[row].answer)
		return;
	check(name, form, "having a page", dma.page != NULL, rows[row].has_page);
	if (!dma.page) { /* the second page of the registers */
		check(name, form, "the frame", dma.pfn, 1);
		return;
	}
	check(name, form, "the frame", dma.pfn,
	      page_to_pfn(gupsim_page_at(mm, ADDR + PAGE_SIZE)));
	check(name, form, "the count when pinned", page_count(dma.page), 2);
	dma_unpin(&dma, true);
	check(name, form, "the count afterwards", page_count(dma.page), 1);
}

static void both_forms_answer_alike(void **state)
{
	static const dma_pin_fn forms[] = {dma_pin_old, dma_pin_new};

	(void)state;
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		for (size_t i = 0; i < 4; i++) {
			struct host host;
			struct mm_struct *mm;

			host_create(&host, "v5.6");
			mm = i & 1 ? host.guest->mm : host.driver->mm;
			map_memory(&host, mm, rows[row].memory);
			pin_and_unpin(mm, row, forms[i >> 1]);
			host_destroy(&host);
		}
	}
}

/* Why the old form was needed: v5.5 serves FOLL_LONGTERM of no mm but current's. */
static void the_new_form_needs_v5_6(void **state)
{
	struct dma_page dma = {0};
	const struct gupsim_report *reports;
	struct host host;

	(void)state;
	host_create(&host, "v5.5");
	map_memory(&host, host.guest->mm, ANONYMOUS);
	assert_int_equal(dma_pin_new(host.guest->mm, ADDR, true, &dma), -EINVAL);
	assert_int_equal(gupsim_reports(host.machine, &reports), 1);
	assert_string_equal(reports[0].func, "get_user_pages_remote");
	assert_int_equal(dma_pin_old(host.guest->mm, ADDR, true, &dma), 0);
	dma_unpin(&dma, false);
	host_destroy(&host);
}

/* Whether a page of a foreign mm may lie in a CMA area: the old form never asked. */
static void the_old_form_leaves_foreign_pages_in_cma(void **state)
{
	struct dma_page dma = {0};
	struct host host;

	(void)state;
	host_create(&host, "v5.6");
	gupsim_allocate_in(host.machine, GUPSIM_IN_CMA);
	map_memory(&host, host.guest->mm, ANONYMOUS);
	assert_int_equal(dma_pin_old(host.guest->mm, ADDR, true, &dma), 0);
	assert_true(gupsim_page_is_cma(dma.page));
	dma_unpin(&dma, true);
	assert_int_equal(dma_pin_new(host.guest->mm, ADDR, true, &dma), 0);
	assert_false(gupsim_page_is_cma(dma.page));
	dma_unpin(&dma, true);
	host_destroy(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_answer_alike),
		cmocka_unit_test(the_new_form_needs_v5_6),
		cmocka_unit_test(the_old_form_leaves_foreign_pages_in_cma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
