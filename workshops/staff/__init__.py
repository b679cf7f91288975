"""The room's own pages in „Verwaltung“. A GET never changes anything; each asks the rules for the event in hand."""
