/** The words of sending a template from a client's card, in Russian. */
export const words = {
  'byHand.title': 'Сервисные сообщения за сутки',
  'byHand.left': 'осталось {{left}} из 5',
  'byHand.next': 'следующее — {{at}}',
  'byHand.unlimited': 'Без ограничения: компания — банк',
  'byHand.noPhone': 'Телефон клиента неизвестен: шаблон отправить нельзя',
  'byHand.send': 'Отправить шаблон',
  'byHand.dialog': 'Шаблон для клиента: {{name}}',
  'byHand.noTemplates': 'Нет одобренных шаблонов. Их составляют в разделе «Шаблоны»',
  'byHand.notApproved': 'Этот шаблон больше не отправляется',
  'byHand.example': '{{type}}, например: {{example}}',
  'byHand.ttl': 'Сколько ждать доставки',
  'byHand.ttl.usual': 'Как в шаблоне: {{time}}',
  'byHand.length': '{{now}} из {{limit}} символов',
  'byHand.submit': 'Отправить',
  'byHand.sent': 'Сообщение поставлено в очередь',
  'byHand.quotaSpent': 'Клиенту уже отправлено 5 сообщений за 24 часа. Следующее можно {{at}}',
};
