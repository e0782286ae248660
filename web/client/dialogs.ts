/** The dialogs of the card as one chunk: seven separate chunks would make the first JavaScript 1 KB larger. */
export { BondPhoneDialog } from './BondPhoneDialog.tsx';
export { ClientMessagesDialog } from './ClientMessagesDialog.tsx';
export { DetachDialog } from './DetachDialog.tsx';
export { EraseClientDialog } from './EraseClientDialog.tsx';
export { MergeDialog } from './MergeDialog.tsx';
export { SendTemplateDialog } from './SendTemplateDialog.tsx';
export { UnbondPhoneDialog } from './UnbondPhoneDialog.tsx';
