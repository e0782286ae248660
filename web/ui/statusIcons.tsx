/** Icons of message statuses, for answers and service messages; colour alone would not be enough. */
import {
  Icon16CancelCircleOutline,
  Icon16CheckDoubleOutline,
  Icon16CheckOutline,
  Icon16ClockOutline,
  Icon16ErrorCircleOutline,
  Icon16HelpOutline,
} from '@vkontakte/icons';

export const statusIcons = {
  queued: <Icon16ClockOutline aria-hidden />,
  sending: <Icon16ClockOutline aria-hidden />,
  sent: <Icon16CheckOutline aria-hidden />,
  delivered: <Icon16CheckDoubleOutline aria-hidden />,
  read: <Icon16CheckDoubleOutline aria-hidden />,
  undelivered: <Icon16ErrorCircleOutline aria-hidden />,
  failed: <Icon16ErrorCircleOutline aria-hidden />,
  expired: <Icon16CancelCircleOutline aria-hidden />,
  unknown: <Icon16HelpOutline aria-hidden />,
};
