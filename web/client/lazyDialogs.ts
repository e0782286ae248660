/** The dialogs of the card, loaded while the browser is idle after a card is drawn, not with the inbox. */
import { lazyDialog } from '../ui/lazyDialog.tsx';

export const BondPhoneDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.BondPhoneDialog),
);
export const ClientMessagesDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.ClientMessagesDialog),
);
export const DetachDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.DetachDialog),
);
export const EraseClientDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.EraseClientDialog),
);
export const MergeDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.MergeDialog),
);
export const SendTemplateDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.SendTemplateDialog),
);
export const UnbondPhoneDialog = lazyDialog(['preview'], () =>
  import('./dialogs.ts').then((dialogs) => dialogs.UnbondPhoneDialog),
);
