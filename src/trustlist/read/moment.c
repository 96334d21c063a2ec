/* SPDX-License-Identifier: ISC */
#include "trustlist/read/reading.h"

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static long long
days_to(int year, int month, int day)
{
	long long y = month <= 2 ? year - 1 : year;
	long long m = month <= 2 ? month + 9 : month - 3;

	/* years from March on, so that the leap day is the last of a year */
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	    719469;
}

/* N digits at *AT within MIN and MAX, then past them; -1 otherwise. */
static int
number(const char **at, int n, int min, int max)
{
	int value = 0;

	for (; n > 0; n--, (*at)++) {
		if (**at < '0' || **at > '9')
			return -1;
		value = value * 10 + (**at - '0');
	}
	return value >= min && value <= max ? value : -1;
}

static int
mark(const char **at, char c)
{
	if (**at != c)
		return -1;
	(*at)++;
	return 0;
}

static int
days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int
date(const char **at, long long *days)
{
	int year, month, day;

	if ((year = number(at, 4, 1, 9999)) < 0 || mark(at, '-') < 0 ||
	    (month = number(at, 2, 1, 12)) < 0 || mark(at, '-') < 0 ||
	    (day = number(at, 2, 1, days_of(year, month))) < 0)
		return -1;
	*days = days_to(year, month, day);
	return 0;
}

static int
time_of_day(const char **at, long long *seconds)
{
	int hour, minute, second;

	if ((hour = number(at, 2, 0, 24)) < 0 || mark(at, ':') < 0 ||
	    (minute = number(at, 2, 0, 59)) < 0 || mark(at, ':') < 0 ||
	    (second = number(at, 2, 0, 59)) < 0)
		return -1;
	if (hour == 24 && minute + second > 0)
		return -1;
	if (**at == '.') {
		(*at)++;
		if (number(at, 1, 0, 9) < 0)
			return -1;
		while (**at >= '0' && **at <= '9')
			(*at)++;
	}
	*seconds = hour * 3600 + minute * 60 + second;
	return 0;
}

static int
zone(const char **at, long long *offset)
{
	int sign = **at == '-' ? -1 : 1, hours, minutes;

	*offset = 0;
	if (**at == '\0')
		return 0;
	if (**at == 'Z') {
		(*at)++;
		return 0;
	}
	if (**at != '+' && **at != '-')
		return -1;
	(*at)++;
	if ((hours = number(at, 2, 0, 14)) < 0 || mark(at, ':') < 0 ||
	    (minutes = number(at, 2, 0, 59)) < 0)
		return -1;
	*offset = sign * (hours * 3600LL + minutes * 60);
	return 0;
}

int
reading_moment(const char *text, long long *out)
{
	long long days, seconds, offset;

	*out = -1;
	if (text == NULL || date(&text, &days) < 0 || mark(&text, 'T') < 0 ||
	    time_of_day(&text, &seconds) < 0 || zone(&text, &offset) < 0 ||
	    *text != '\0')
		return -1;
	*out = days * 86400 + seconds - offset;
	return 0;
}
