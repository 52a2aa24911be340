/** Where records and backups of client set-ups lie in the data folder; made with the first of them. */
export const setupFolder = 'clients';
