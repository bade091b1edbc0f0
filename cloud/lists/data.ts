import { describe } from '#server/describe'

// An import is a folder until it is in the store: the list as it was given, and how far it has come. Who gave it is not noted.
export const data = describe('lists', {})
