"""Why the system refuses a file, in the reader's language: its own sentence is English."""

import errno

from infra.translation import tr


def why_no_file(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return tr("there is no such file or folder")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return tr("this is not allowed here")
        case errno.EISDIR:
            return tr("it is a folder")
        case errno.ENOSPC | errno.EDQUOT:
            return tr("the disk is full")
        case errno.EEXIST:
            return tr("there is one already")
    return tr("the system refuses it ({error})", error=errno.errorcode.get(error.errno or 0, type(error).__name__))
