"""The procedure as data: its schema (`model` and its parts), and its loader (`load`)."""

from complaints.procedure.model import Procedure as Procedure
