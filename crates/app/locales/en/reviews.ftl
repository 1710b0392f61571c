### Reviews: the office's list and a worker's own.
reviews-title = Reviews
reviews-own-title = Reviews of your work
reviews-none = No reviews yet
reviews-none-text = Customers rate the work once the order is finished.
reviews-none-filter = No reviews with this rating
reviews-average = Average rating
reviews-caption = Reviews, newest first
reviews-stars = Rating
reviews-words = Review
reviews-no-words = No words
reviews-worker = Technician
reviews-order = Order
reviews-when = When
