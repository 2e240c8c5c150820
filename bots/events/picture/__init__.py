"""The agenda as a picture: a week as a list, a month as a sheet of the calendar."""
