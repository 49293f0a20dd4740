/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files, inodes and their address_space: what a mapping is a mapping of. */
#ifndef GUPSIM_LINUX_FS_H
#define GUPSIM_LINUX_FS_H

#include_next <linux/fs.h>
#include <linux/mm_types.h>
#include <sys/stat.h>

#define S_DAX	    0x2000 /* inode->i_flags: data is mapped straight from the device */
#define FMODE_READ  0x1
#define FMODE_WRITE 0x2

struct inode {
	mode_t i_mode;
	unsigned int i_flags;
	long long i_size; /* bytes */
	struct address_space *i_mapping;
};

struct file {
	struct inode *f_inode;
	unsigned int f_mode;
	struct address_space *f_mapping;
	void *private_data;
};

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

/* The file's data lives on a DAX device: fsdax and device dax alike. */
static inline bool vma_is_dax(const struct vm_area_struct *vma)
{
	return vma->vm_file && (vma->vm_file->f_inode->i_flags & S_DAX);
}

/*
 * The data lives on a DAX device under a file system, which may want the block back: a
 * long-term pin is refused. Device dax, a character device, is not meant.
 */
static inline bool vma_is_fsdax(const struct vm_area_struct *vma)
{
	return vma_is_dax(vma) && !S_ISCHR(vma->vm_file->f_inode->i_mode);
}

#endif
