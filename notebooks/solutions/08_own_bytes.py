def bytes_of(client, message_id):
    """Return the frame as it was sent."""
    sent = [sighting for sighting in client.sightings(message_id) if sighting.direction == "sent"]
    return sent[-1].raw
