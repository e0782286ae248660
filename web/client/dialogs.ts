/** The dialogs of the client's card as one chunk: seven chunks of their own would make the first JavaScript 1 KB larger. */
export { BondPhoneDialog } from './BondPhoneDialog.tsx';
export { ClientMessagesDialog } from './ClientMessagesDialog.tsx';
export { DetachDialog } from './DetachDialog.tsx';
export { EraseClientDialog } from './EraseClientDialog.tsx';
export { MergeDialog } from './MergeDialog.tsx';
export { SendTemplateDialog } from './SendTemplateDialog.tsx';
export { UnbondPhoneDialog } from './UnbondPhoneDialog.tsx';
