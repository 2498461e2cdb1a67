"""Liên Thông: the platform on which a state serves its citizens, as one house."""

__version__ = "0.1.0"
