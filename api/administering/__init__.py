"""Administration: procedures, simulation, people and absences, calendars, letters, failed letters, health."""

from api.administering import calendars, failed, health, letters, people, procedures, simulate

ROUTERS = (health, procedures, simulate, people, calendars, letters, failed)
