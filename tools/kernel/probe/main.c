// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A character device that calls the pinning functions and looks at pages. For a
 * throw-away guest: whoever may open it may hold any page of any process.
 */
#include "probe.h"

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct mm_struct *probe_mm(u32 pid)
{
	struct task_struct *task = get_pid_task(find_vpid(pid), PIDTYPE_PID);
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;

	if (task)
		put_task_struct(task);
	return mm ? mm : ERR_PTR(-ESRCH);
}

static int probe_open(struct inode *inode, struct file *file)
{
	struct probe *probe = kvzalloc(sizeof(*probe), GFP_KERNEL);

	if (!probe)
		return -ENOMEM;
	probe->pfns = kvmalloc_array(PROBE_FRAMES, sizeof(*probe->pfns), GFP_KERNEL);
	if (!probe->pfns) {
		kvfree(probe);
		return -ENOMEM;
	}
	mutex_init(&probe->lock);
	probe_frame(probe, page_to_pfn(ZERO_PAGE(0))); /* PROBE_FRAME_ZERO */
	probe->zero_refs = page_ref_count(ZERO_PAGE(0)) - 1;
	file->private_data = probe;
	return 0;
}

static int probe_release(struct inode *inode, struct file *file)
{
	struct probe *probe = file->private_data;

	probe_unlock_all(probe);
	probe_put_all(probe);
	probe_drivers_gone(probe);
	kvfree(probe->pfns);
	kvfree(probe);
	return 0;
}

union request {
	struct probe_call call;
	struct probe_put put;
	struct probe_look look;
	struct probe_get get;
	struct probe_raw_put raw_put;
	struct probe_lock lock;
	struct probe_driver driver;
	struct probe_write write;
	struct probe_take take;
	struct probe_hint hint;
};

static int dispatch(struct probe *probe, unsigned int command, union request *request)
{
	switch (command) {
	case PROBE_IOC_CALL:
		return probe_call(probe, &request->call);
	case PROBE_IOC_PUT:
		return probe_put(probe, &request->put);
	case PROBE_IOC_LOOK:
		return probe_look(probe, &request->look);
	case PROBE_IOC_GET:
		return probe_get(probe, &request->get);
	case PROBE_IOC_RAW_PUT:
		return probe_raw_put(probe, &request->raw_put);
	case PROBE_IOC_LOCK:
		return probe_lock(probe, &request->lock);
	case PROBE_IOC_WRITE:
		return probe_write(probe, &request->write);
	case PROBE_IOC_TAKE:
		return probe_take(probe, &request->take);
	case PROBE_IOC_HINT:
		return probe_hint(&request->hint);
	case PROBE_IOC_DRIVER:
		return probe_driver(probe, &request->driver);
	default:
		return -ENOTTY;
	}
}

static long probe_ioctl(struct file *file, unsigned int command, unsigned long arg)
{
	struct probe *probe = file->private_data;
	union request request;
	int error;

	if (_IOC_TYPE(command) != 'g' || _IOC_SIZE(command) > sizeof(request))
		return -ENOTTY;
	if (copy_from_user(&request, (void __user *)arg, _IOC_SIZE(command)))
		return -EFAULT;
	mutex_lock(&probe->lock);
	error = dispatch(probe, command, &request);
	mutex_unlock(&probe->lock);
	if (!error && (_IOC_DIR(command) & _IOC_READ) &&
	    copy_to_user((void __user *)arg, &request, _IOC_SIZE(command)))
		return -EFAULT;
	return error;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = probe_open,
	.release = probe_release,
	.unlocked_ioctl = probe_ioctl,
	.mmap = probe_mmap,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = PROBE_NODE,
	.fops = &operations,
};

static int __init probe_init(void)
{
	int error = probe_numa_find();

	return error ? error : misc_register(&device);
}

static void __exit probe_exit(void)
{
	misc_deregister(&device);
}

module_init(probe_init);
module_exit(probe_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Calls pinning functions and looks at pages, for gupsim");
