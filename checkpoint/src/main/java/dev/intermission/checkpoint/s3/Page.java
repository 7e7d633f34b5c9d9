package dev.intermission.checkpoint.s3;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** One page of a listing, and how to ask for the next. */
record Page(List<ListedObject> objects, Optional<String> next) {

  static Page empty() {
    return new Page(List.of(), Optional.empty());
  }

  static Page of(ListObjectsV2Response answer) {
    var objects =
        answer.contents().stream()
            .map(object -> new ListedObject(object.key(), object.size(), object.lastModified()))
            .toList();
    return new Page(objects, Optional.ofNullable(answer.nextContinuationToken()));
  }
}
