drop function invitations.forget;
