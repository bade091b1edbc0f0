-- What needs somebody is counted for the first page; among millions it is few.
create index detection_open on detections.detection (organization_id, received_at)
  where (done in ('reported', 'failed') and fate = 'none') or fate = 'failed';
