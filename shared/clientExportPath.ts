/** Everything that is kept of one client, as a file. Apart from its room's contract, which a card does not need. */
export const clientExportPath = (clientId: string) => `/media/clients/${clientId}/export.json`;
