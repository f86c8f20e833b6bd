"""What people read: letters and pages from one template in every language, with words, dates and labels to match."""
