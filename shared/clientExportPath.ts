/** The path of the file with all data of one client. A card needs only this, not the contract of personal data. */
export const clientExportPath = (clientId: string) => `/media/clients/${clientId}/export.json`;
