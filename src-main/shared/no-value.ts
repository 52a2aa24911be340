/** What tables and texts show in place of a value that is not there, in the terminal as on the page. */
export const noValue = '—';
