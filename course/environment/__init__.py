"""What ``course check`` looks at: this machine, and what a class of machines needs."""

from course.environment.classroom import Need, needs
from course.environment.machine import Finding, findings

__all__ = ["Finding", "Need", "findings", "needs"]
