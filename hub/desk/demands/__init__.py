"""The pages of the desk: the queue, a received demand, the filing of what it brought, the decision."""
