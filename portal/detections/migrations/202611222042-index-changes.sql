-- What people do about detections is told to receivers in the order in which it was done.
create index change_by_time on detections.change (organization_id, changed_at, change_id) where what <> 'note';
