drop function people.erase_due;
