-- Nobody could choose until now: an empty list meant nothing, and now means none.
update policies.policy set settings = settings - 'ruleSets' where settings -> 'ruleSets' = '[]';
