/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving pins back: the other half of pin_user_pages(). Up to v5.6 a pin is a reference
 * like any other, and so are the put_user_page() functions that v5.5 has in their place.
 */
#include <linux/mm.h>

void gupsim_unpin_user_page(struct page *page)
{
	put_page(page);
}

void gupsim_unpin_user_pages(struct page **pages, unsigned long npages)
{
	for (unsigned long i = 0; i < npages; i++)
		gupsim_unpin_user_page(pages[i]);
}

/* A page that is dirty already needs no lock: whoever made it so saw to the rest. */
void gupsim_unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					bool make_dirty)
{
	for (unsigned long i = 0; i < npages; i++) {
		if (make_dirty && !PageDirty(pages[i]))
			set_page_dirty_lock(pages[i]);
		gupsim_unpin_user_page(pages[i]);
	}
}
