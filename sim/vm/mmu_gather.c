/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flushes that wait for the end of a lockless walk. */
#include "vm/mmu_gather.h"

#include "mm/pgtable.h"

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)
{
	const struct gupsim_mm *sim = sim_mm(mm);

	*tlb = (struct mmu_gather){
		.mm = mm,
		.waits = sim->irqs_off && !sim->base->tlb_flush_paravirt,
	};
}

/* Without host memory to remember it the page goes at once, as under a hypervisor. */
void tlb_leave_page(struct mmu_gather *tlb, struct page *page)
{
	struct gupsim_mm *mm = sim_mm(tlb->mm);
	struct unflushed *batch = mm->unflushed;

	if (!batch || batch->nr == UNFLUSHED_PAGES) {
		batch = heap_calloc(&mm->base->heap, 1, sizeof(*batch));
		if (!batch) {
			put_page_as(page, REF_MAPPING);
			return;
		}
		batch->next = mm->unflushed;
		mm->unflushed = batch;
	}
	page_ref_becomes(page, REF_MAPPING, REF_KERNEL);
	batch->page[batch->nr++] = page;
	tlb->left = true;
}

void tlb_finish_mmu(struct mmu_gather *tlb)
{
	if (unlikely(tlb->left))
		base_decision(mm_base(tlb->mm), __func__, RULE_NONE,
			      "the flush waits for a walk that has interrupts off");
}

static void flush(struct gupsim_mm *mm)
{
	while (mm->unflushed) {
		struct unflushed *batch = mm->unflushed;

		mm->unflushed = batch->next;
		for (unsigned int i = 0; i < batch->nr; i++)
			put_page_as(batch->page[i], REF_KERNEL);
		heap_free(&mm->base->heap, batch);
	}
}

void mm_irq_save(struct mm_struct *mm)
{
	sim_mm(mm)->irqs_off++;
}

void mm_irq_restore(struct mm_struct *mm)
{
	struct gupsim_mm *sim = sim_mm(mm);

	if (--sim->irqs_off || !base_alive(sim->base))
		return;
	flush(sim);
	free_dead_tables(sim);
}
