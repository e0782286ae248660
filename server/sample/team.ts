import { samplePeople } from '../auth/firstPeople.ts';

/** Who answers: the people of every installation with a sandbox, and their colleagues. */
export const team = [
  ...samplePeople,
  { name: 'Дарья Лунина', email: 'daria@example.com', role: 'agent' },
  { name: 'Тимур Галеев', email: 'timur@example.com', role: 'agent' },
  { name: 'Ксения Вольская', email: 'ksenia@example.com', role: 'agent' },
  { name: 'Артём Жаров', email: 'artem@example.com', role: 'agent' },
  { name: 'Полина Рощина', email: 'polina@example.com', role: 'agent' },
  { name: 'Роман Степной', email: 'roman@example.com', role: 'agent' },
  { name: 'Алёна Мирная', email: 'alena@example.com', role: 'agent' },
  { name: 'Григорий Тихий', email: 'grigory@example.com', role: 'agent' },
  { name: 'Вера Константинопольская', email: 'vera@example.com', role: 'supervisor' },
] as const;
